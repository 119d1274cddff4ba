#include "siphash.h"

struct state {
    uint64_t a, b, c, d;
};

static uint64_t turned(uint64_t x, int bits)
{
    return x << bits | x >> (64 - bits);
}

static void round_once(struct state *s)
{
    s->a += s->b;
    s->c += s->d;
    s->b = turned(s->b, 13) ^ s->a;
    s->d = turned(s->d, 16) ^ s->c;
    s->a = turned(s->a, 32);
    s->c += s->b;
    s->a += s->d;
    s->b = turned(s->b, 17) ^ s->c;
    s->d = turned(s->d, 21) ^ s->a;
    s->c = turned(s->c, 32);
}

static void take_word(struct state *s, uint64_t word)
{
    s->d ^= word;
    round_once(s);
    round_once(s);
    s->a ^= word;
}

uint64_t siphash(struct siphash_key key, struct sv bytes)
{
    struct state s = {key.a ^ UINT64_C(0x736f6d6570736575), key.b ^ UINT64_C(0x646f72616e646f6d),
                      key.a ^ UINT64_C(0x6c7967656e657261), key.b ^ UINT64_C(0x7465646279746573)};
    uint64_t word = 0;
    for (size_t i = 0; i < bytes.n; i++) {
        word |= (uint64_t)(unsigned char)bytes.p[i] << (i % 8 * 8);
        if (i % 8 == 7) {
            take_word(&s, word);
            word = 0;
        }
    }
    take_word(&s, word | (uint64_t)bytes.n << 56);
    s.c ^= 0xff;
    for (int i = 0; i < 4; i++)
        round_once(&s);
    return s.a ^ s.b ^ s.c ^ s.d;
}

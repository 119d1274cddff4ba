#include "second_desk.h"

#include <pthread.h>

#include "base64.h"
#include "random.h"
#include "secret.h"

struct second_desk {
    pthread_mutex_t lock; /* guards everything below */
    size_t holders;
    unsigned tries;
    bool challenged, has_secret, has_codes;
    char challenge[SECOND_CHALLENGE_TEXT + 1];
    struct deadline challenge_until, door_until;
    uint8_t secret[TOTP_SECRET_SIZE];
    enum second_door door;
    char codes[SECOND_CODES][SECOND_CODE_TEXT + 1];
};

static void *make(void)
{
    struct second_desk *desk = secret_new(sizeof *desk);
    pthread_mutex_init(&desk->lock, NULL);
    return desk;
}

static void hold(void *value)
{
    struct second_desk *desk = value;
    pthread_mutex_lock(&desk->lock);
    desk->holders++;
    pthread_mutex_unlock(&desk->lock);
}

static void release(void *value)
{
    struct second_desk *desk = value;
    pthread_mutex_lock(&desk->lock);
    bool last = --desk->holders == 0;
    pthread_mutex_unlock(&desk->lock);
    if (!last)
        return;
    pthread_mutex_destroy(&desk->lock);
    secret_free(desk);
}

struct second_desk *second_desk_of(struct session *session)
{
    static const struct session_shared kind = {.make = make, .hold = hold, .release = release};
    return session_slot_share(session, SESSION_SLOT_SECOND, &kind);
}

void second_desk_release(struct second_desk **desk)
{
    if (!desk || !*desk)
        return;
    release(*desk);
    *desk = NULL;
}

/* ---- tries ---- */

bool second_desk_try(struct second_desk *desk)
{
    pthread_mutex_lock(&desk->lock);
    bool left = desk->tries < SECOND_TRIES;
    if (left)
        desk->tries++;
    pthread_mutex_unlock(&desk->lock);
    return left;
}

void second_desk_right(struct second_desk *desk)
{
    pthread_mutex_lock(&desk->lock);
    desk->tries = 0;
    pthread_mutex_unlock(&desk->lock);
}

/* ---- the challenge ---- */

void second_desk_challenge(struct second_desk *desk, char out[SECOND_CHALLENGE_TEXT + 1])
{
    uint8_t bytes[SECOND_CHALLENGE_SIZE];
    struct sb text;
    random_bytes(bytes, sizeof bytes);
    sb_fixed(&text, out, SECOND_CHALLENGE_TEXT + 1);
    base64url_encode(&text, bytes, sizeof bytes);
    pthread_mutex_lock(&desk->lock);
    memcpy(desk->challenge, out, sizeof desk->challenge);
    desk->challenge_until = deadline_in(SECOND_CHALLENGE_S * 1000);
    desk->challenged = true;
    pthread_mutex_unlock(&desk->lock);
}

enum status second_desk_answered(struct second_desk *desk, char out[SECOND_CHALLENGE_TEXT + 1])
{
    pthread_mutex_lock(&desk->lock);
    bool there = desk->challenged && !deadline_passed(desk->challenge_until);
    if (there)
        memcpy(out, desk->challenge, sizeof desk->challenge);
    desk->challenged = false;
    pthread_mutex_unlock(&desk->lock);
    return there ? STATUS_OK : STATUS_NOT_FOUND;
}

/* ---- the secret that is being set up ---- */

void second_desk_secret(struct second_desk *desk, uint8_t out[TOTP_SECRET_SIZE])
{
    pthread_mutex_lock(&desk->lock);
    if (!desk->has_secret)
        random_bytes(desk->secret, sizeof desk->secret);
    desk->has_secret = true;
    memcpy(out, desk->secret, sizeof desk->secret);
    pthread_mutex_unlock(&desk->lock);
}

bool second_desk_secret_there(struct second_desk *desk, uint8_t out[TOTP_SECRET_SIZE])
{
    pthread_mutex_lock(&desk->lock);
    bool there = desk->has_secret;
    if (there)
        memcpy(out, desk->secret, sizeof desk->secret);
    pthread_mutex_unlock(&desk->lock);
    return there;
}

void second_desk_secret_forget(struct second_desk *desk)
{
    pthread_mutex_lock(&desk->lock);
    desk->has_secret = false;
    seal_wipe(desk->secret, sizeof desk->secret);
    pthread_mutex_unlock(&desk->lock);
}

/* ---- how far one may go ---- */

enum second_door second_desk_door(struct second_desk *desk)
{
    pthread_mutex_lock(&desk->lock);
    if (desk->door != SECOND_DOOR_SHUT && deadline_passed(desk->door_until))
        desk->door = SECOND_DOOR_SHUT;
    enum second_door door = desk->door;
    pthread_mutex_unlock(&desk->lock);
    return door;
}

void second_desk_set_door(struct second_desk *desk, enum second_door door)
{
    pthread_mutex_lock(&desk->lock);
    desk->door = door;
    desk->door_until = deadline_in(SECOND_OPEN_S * 1000);
    pthread_mutex_unlock(&desk->lock);
}

/* ---- recovery codes ---- */

void second_desk_codes_put(struct second_desk *desk, char (*codes)[SECOND_CODE_TEXT + 1])
{
    pthread_mutex_lock(&desk->lock);
    memcpy(desk->codes, codes, sizeof desk->codes);
    desk->has_codes = true;
    pthread_mutex_unlock(&desk->lock);
}

bool second_desk_codes_take(struct second_desk *desk, char out[SECOND_CODES][SECOND_CODE_TEXT + 1])
{
    pthread_mutex_lock(&desk->lock);
    bool there = desk->has_codes;
    if (there)
        memcpy(out, desk->codes, sizeof desk->codes);
    desk->has_codes = false;
    seal_wipe(desk->codes, sizeof desk->codes);
    pthread_mutex_unlock(&desk->lock);
    return there;
}

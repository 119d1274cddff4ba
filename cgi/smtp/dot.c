#include "dot.h"

size_t dot_encode(struct dot *dot, struct sv piece, char *out)
{
    size_t n = 0;
    for (size_t i = 0; i < piece.n; i++) {
        char c = piece.p[i];
        if (c == '\r' || c == '\n') {
            if (c == '\r' || !dot->after_cr) {
                out[n++] = '\r';
                out[n++] = '\n';
            }
            dot->in_line = false;
        } else {
            if (c == '.' && !dot->in_line)
                out[n++] = '.';
            out[n++] = c;
            dot->in_line = true;
        }
        dot->after_cr = c == '\r';
    }
    return n;
}

bool dot_wants_line_end(const struct dot *dot)
{
    return dot->in_line;
}

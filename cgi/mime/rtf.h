/* rtf.h — compressed RTF ([MS-OXRTFCP]) as text.
 *
 * RTF that was made of HTML ([MS-OXRTFEX], \fromhtml) gives that HTML back, for a reader of HTML;
 * any other gives its lines, without form, pictures and what stands outside the text. Input is read
 * in one pass; groups nest to any depth, but only RTF_GROUPS_MAX of them are told apart.
 */
#ifndef VM_RTF_H
#define VM_RTF_H

#include "arena.h"
#include "codepage.h"
#include "flow.h"

enum { RTF_GROUPS_MAX = 100, RTF_FONTS_MAX = 500 };

/* Undoes the compression. STATUS_INVALID: no such header; otherwise what out.write() said. *whole:
 * as long as the header says; what is cut gives what is there. */
enum status rtf_unpack(struct sv compressed, struct sink out, bool *whole) MUST_USE;

struct rtf;

/* Reads RTF and appends UTF-8 to out, lines ended by LF; out.over says that not all did fit. */
struct rtf *rtf_new(struct arena *arena, struct codepages *pages, struct sb *out);
enum status rtf_write(struct rtf *rtf,
                      struct sv piece) MUST_USE; /* STATUS_TOO_LARGE: out is full */
void rtf_finish(struct rtf *rtf);
bool rtf_is_html(const struct rtf *rtf); /* what stands in out is HTML */

#endif

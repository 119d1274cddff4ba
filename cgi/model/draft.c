#include "draft.h"

#include "base64.h"
#include "imap_append.h"
#include "imap_change.h"
#include "imap_search.h"
#include "log.h"

enum { ORIGIN_MAX = 900, FOLDER_BYTES_MAX = 600, NESTED_MAX = 100, TYPED_MAX = 200 * 1000 };

const char *const draft_mode_names[DRAFT_MODE_COUNT] = {
    "new", "reply", "replyall", "replylist", "forward", "attach", "edit", "draft"};

enum status draft_mode_find(struct sv name, enum draft_mode *mode)
{
    for (int i = 0; i < DRAFT_MODE_COUNT; i++)
        if (sv_eq(name, sv_of(draft_mode_names[i]))) {
            *mode = (enum draft_mode)i;
            return STATUS_OK;
        }
    return STATUS_INVALID;
}

/* ---- the origin ---- */

struct sv draft_origin_write(struct arena *arena, const struct draft_origin *origin)
{
    struct sb out;
    if (origin->uid == 0 || origin->folder.n == 0 || origin->folder.n > FOLDER_BYTES_MAX ||
        origin->nested.n > NESTED_MAX)
        return SV("");
    sb_init(&out, arena, ORIGIN_MAX);
    sb_printf(&out, "%s;%u;%u;", draft_mode_names[origin->mode], origin->uidvalidity, origin->uid);
    base64url_encode(&out, origin->folder.p, origin->folder.n);
    sb_add_char(&out, ';');
    sb_add(&out, origin->nested);
    return out.over ? SV("") : sb_view(&out);
}

static bool nested_valid(struct sv id)
{
    for (size_t i = 0; i < id.n; i++)
        if (!ascii_is_digit(id.p[i]) && id.p[i] != '.')
            return false;
    return id.n <= NESTED_MAX;
}

enum status draft_origin_read(struct arena *arena, struct sv text, struct draft_origin *out)
{
    struct draft_origin origin;
    char *folder = arena_alloc(arena, FOLDER_BYTES_MAX);
    size_t n = FOLDER_BYTES_MAX;
    if (text.n > ORIGIN_MAX || draft_mode_find(sv_cut(&text, ';'), &origin.mode) != STATUS_OK ||
        sv_to_u32(sv_cut(&text, ';'), &origin.uidvalidity) != STATUS_OK ||
        sv_to_u32(sv_cut(&text, ';'), &origin.uid) != STATUS_OK || origin.uid == 0 ||
        base64url_decode(sv_cut(&text, ';'), folder, &n) != STATUS_OK || n == 0 ||
        sv_has_control((struct sv){folder, n}) || !nested_valid(text))
        return STATUS_INVALID;
    origin.folder = (struct sv){folder, n};
    origin.nested = text;
    *out = origin;
    return STATUS_OK;
}

/* ---- finding ---- */

static bool has_keyword(const struct imap_flags *flags, struct sv keyword)
{
    for (size_t i = 0; i < flags->keyword_count; i++)
        if (sv_eq_nocase(flags->keywords[i], keyword))
            return true;
    return false;
}

static bool has_id(const struct imap_call *call, const struct imap_message *message,
                   struct sv message_id)
{
    if (!message->envelope)
        return false;
    struct msgids ids = msgid_list(call->arena, message->envelope->message_id);
    return ids.n > 0 && sv_eq(ids.items[0], message_id);
}

static enum status look(struct imap *imap, const struct imap_call *call, uint32_t uid,
                        struct sv message_id, struct draft_found *found)
{
    const struct imap_items items = {.bits = IMAP_ITEM_FLAGS | IMAP_ITEM_ENVELOPE |
                                             IMAP_ITEM_STRUCTURE};
    struct imap_messages got;
    enum status st = imap_fetch_uids(imap, call, (struct imap_uids){&uid, 1}, &items, &got);
    if (st != STATUS_OK)
        return st;
    if (got.n == 0 || !got.p[0].structure || !has_id(call, &got.p[0], message_id))
        return STATUS_NOT_FOUND;
    *found = (struct draft_found){
        .version = {imap_selected(imap)->uidvalidity, uid},
        .submitted = has_keyword(&got.p[0].flags, SV("$Submitted")),
        .pending = has_keyword(&got.p[0].flags, SV("$SubmitPending")),
        .structure = got.p[0].structure,
    };
    return STATUS_OK;
}

enum status draft_versions(struct imap *imap, const struct imap_call *call, struct sv message_id,
                           struct imap_uids *uids)
{
    const struct imap_criteria key = {
        .key = IMAP_KEY_HEADER, .field = SV("Message-ID"), .text = message_id};
    const struct imap_items items = {.bits = IMAP_ITEM_ENVELOPE};
    struct imap_messages got = {0};
    struct imap_uids found;
    enum status st = imap_search(imap, call, &key, &found);
    if (st == STATUS_OK && found.n > 0)
        st = imap_fetch_uids(imap, call, found, &items, &got);
    if (st != STATUS_OK)
        return st;
    /* a search knows pieces, and one of an index words: what is found may be another's */
    uint32_t *p = arena_array(call->arena, got.n + 1, sizeof *p);
    size_t n = 0;
    for (size_t i = 0; i < got.n; i++)
        if (has_id(call, &got.p[i], message_id))
            p[n++] = got.p[i].uid;
    *uids = (struct imap_uids){p, n};
    return STATUS_OK;
}

static enum status newest(struct imap *imap, const struct imap_call *call, struct sv message_id,
                          uint32_t *uid)
{
    struct imap_uids uids;
    enum status st = draft_versions(imap, call, message_id, &uids);
    if (st != STATUS_OK)
        return st;
    if (uids.n == 0)
        return STATUS_NOT_FOUND;
    *uid = uids.p[uids.n - 1];
    return STATUS_OK;
}

enum status draft_find(struct imap *imap, const struct imap_call *call, struct sv drafts,
                       struct sv message_id, struct draft_version version,
                       struct draft_found *found)
{
    uint32_t uid;
    enum status st = imap_select(imap, call, drafts, IMAP_READ_WRITE);
    if (st != STATUS_OK)
        return st;
    if (version.uid > 0 && imap_selected(imap)->uidvalidity == version.uidvalidity) {
        st = look(imap, call, version.uid, message_id, found);
        if (st == STATUS_OK)
            found->expected = true;
        if (st != STATUS_NOT_FOUND)
            return st;
    }
    st = newest(imap, call, message_id, &uid);
    return st == STATUS_OK ? look(imap, call, uid, message_id, found) : st;
}

static bool is_text(const struct imap_part *part)
{
    return sv_eq_nocase(part->type, SV("text")) && sv_eq_nocase(part->subtype, SV("plain")) &&
           !sv_eq_nocase(part->disposition, SV("attachment"));
}

bool draft_is_ours(const struct imap_part *structure, const struct imap_part **text,
                   const struct imap_part **attachments, size_t *attachment_n)
{
    bool mixed = sv_eq_nocase(structure->type, SV("multipart")) &&
                 sv_eq_nocase(structure->subtype, SV("mixed")) && structure->child_count > 0;
    const struct imap_part *first = mixed ? &structure->children[0] : structure;
    if (!is_text(first))
        return false;
    *text = first;
    *attachments = mixed ? structure->children + 1 : NULL;
    *attachment_n = mixed ? structure->child_count - 1 : 0;
    return true;
}

/* ---- writing ---- */

/* The lines of a recipient field become commas, which mean the same and can stand in a header. */
static void add_typed(struct arena *arena, struct extra_field *extra, size_t *n, const char *name,
                      const struct draft_people *people)
{
    struct sb line;
    if (!people->faulty)
        return;
    sb_init(&line, arena, TYPED_MAX);
    for (size_t i = 0; i < people->typed.n; i++)
        if (people->typed.p[i] != '\r')
            sb_add_char(&line, people->typed.p[i] == '\n' ? ',' : people->typed.p[i]);
    extra[(*n)++] = (struct extra_field){sv_of(name), sb_view(&line), true};
}

enum status draft_compose(struct arena *arena, const struct draft *draft, bool keep,
                          struct message *message)
{
    struct extra_field *extra = arena_array(arena, 4, sizeof *extra);
    size_t n = 0;
    struct sv origin = draft_origin_write(arena, &draft->origin);
    if (origin.n > 0) /* what is refused goes on later, and still answers it */
        extra[n++] = (struct extra_field){SV("X-Vaguemestre-Origin"), origin, true};
    if (keep) {
        add_typed(arena, extra, &n, "X-Vaguemestre-To", &draft->to);
        add_typed(arena, extra, &n, "X-Vaguemestre-Cc", &draft->cc);
        add_typed(arena, extra, &n, "X-Vaguemestre-Bcc", &draft->bcc);
    }
    const struct composition composition = {
        .from = draft->from,
        .reply_to = draft->reply_to,
        .to = draft->to.good,
        .cc = draft->cc.good,
        .bcc = draft->bcc.good,
        .subject = draft->subject,
        .date = draft->date,
        .message_id = draft->message_id,
        .in_reply_to = draft->in_reply_to,
        .references = draft->references,
        .user_agent = SV("Vaguemestre/" VM_VERSION),
        .extra = extra,
        .extra_n = n,
        .text = draft->text,
        .attachments = draft->attachments,
        .attachment_n = draft->attachment_n,
    };
    return message_compose(arena, &composition, message);
}

/* ---- saving ---- */

static enum status append(struct imap *imap, const struct imap_call *call, struct sv drafts,
                          const struct message *message, const struct draft_found *old,
                          struct imap_appended *appended)
{
    struct message_reader *reader = arena_alloc(call->arena, sizeof *reader);
    struct sv marks[1];
    struct imap_letter letter = {.flags = {.bits = IMAP_DRAFT | IMAP_SEEN, .keywords = marks}};
    if (old->pending)
        marks[letter.flags.keyword_count++] = SV("$SubmitPending");
    message_reader_init(reader, message, true);
    letter.source = message_reader_source(reader);
    letter.size = message_size(message, true);
    return imap_append(imap, call, drafts, &letter, appended);
}

static void delete_old(struct imap *imap, const struct imap_call *call,
                       const struct draft_found *old)
{
    const struct imap_part *text, *attachments;
    size_t n;
    if (!old->expected || !draft_is_ours(old->structure, &text, &attachments, &n))
        return;
    const struct imap_uids one = {&(uint32_t){old->version.uid}, 1};
    struct imap_copied copied;
    enum status st = STATUS_OK;
    if (imap_selected(imap)->uidvalidity != old->version.uidvalidity)
        st = STATUS_CHANGED;
    else if (old->aside.n > 0)
        st = imap_move(imap, call, one, old->aside, &copied);
    else
        st = imap_expunge(imap, call, one);
    if (st != STATUS_OK)
        log_event(LOG_LEVEL_WARNING, "old-draft-stays", "status=%s", status_name(st));
}

enum status draft_save(struct imap *imap, const struct imap_call *call, struct sv drafts,
                       struct sv message_id, const struct message *message,
                       const struct draft_found *old, struct draft_version *saved)
{
    const struct imap_call quiet = {.arena = call->arena, .deadline = call->deadline};
    struct imap_appended appended = {0};
    struct draft_version version = {0};
    enum status st = append(imap, call, drafts, message, old, &appended);
    if (st != STATUS_OK)
        return st;
    /* it is saved: what fails from here on costs a version too many at most */
    if (imap_select(imap, &quiet, drafts, IMAP_READ_WRITE) == STATUS_OK) {
        version.uidvalidity = imap_selected(imap)->uidvalidity;
        if (appended.known && appended.uidvalidity == version.uidvalidity)
            version.uid = appended.uid;
        else if (newest(imap, &quiet, message_id, &version.uid) != STATUS_OK)
            version.uid = 0;
        if (version.uid != old->version.uid)
            delete_old(imap, &quiet, old);
    }
    *saved = version;
    return STATUS_OK;
}

#include "codes.h"

#include "arena.h"
#include "collate.h"
#include "word.h"

enum { SUBJECT_MAX = 1000, CODE_LEAST = 4, CODE_MOST = 8, BUDGET = 256 * 1024 };

/* As fold() leaves them: small letters without accents, words parted by single spaces. Each begins
 * where a word does and may end within one; "~" stands for anything in between. */
static const char *const phrases[] = {
    /* English */
    "verification code",
    "security code",
    "login code",
    "log in code",
    "signin code",
    "sign in code",
    "access code",
    "confirmation code",
    "authentication code",
    "authorization code",
    "one time ~code",
    "one time passcode",
    "one time password",
    "one time pin",
    "passcode",
    "otp ",
    "2fa code",
    "two factor code",
    "backup code",
    "recovery code",
    "reset~password",
    "password~reset",
    "forgot~password",
    "forgotten password",
    "lost password",
    "change your~password",
    "password change request",
    "set~your password",
    "create~new password",
    "your new password",
    "temporary password",
    "recover your~account",
    "account recovery",
    "magic link",
    "login link",
    "sign in link",
    "signin link",
    "confirm your sign in",
    "confirm your login",
    "confirm it s you",
    "verify your identity",
    "verify it s you",
    "verify your login",
    "approve~sign in",
    /* French */
    "code de verification",
    "code de securite",
    "code de connexion",
    "code d acces",
    "code de confirmation",
    "code d authentification",
    "code d identification",
    "code d activation",
    "code de validation",
    "code a usage unique",
    "code temporaire",
    "code secret",
    "mot de passe a usage unique",
    "reinitialis~mot de passe",
    "mot de passe~reinitialis",
    "mot de passe oublie",
    "mot de passe perdu",
    "oubli~mot de passe",
    "nouveau mot de passe",
    "mot de passe provisoire",
    "mot de passe temporaire",
    "chang~mot de passe",
    "modifi~mot de passe",
    "recuper~compte",
    "recuper~mot de passe",
    "lien de connexion",
    "confirmez~connexion",
    "confirmez~identite",
    "verifiez~identite",
    /* German */
    "bestatigungscode",
    "sicherheitscode",
    "verifizierungscode",
    "anmeldecode",
    "zugangscode",
    "einmalcode",
    "einmalpasswort",
    "einmalkennwort",
    "freischaltcode",
    "aktivierungscode",
    "passwort~zuruck",
    "kennwort~zuruck",
    "passwort vergessen",
    "kennwort vergessen",
    "neues passwort",
    "neues kennwort",
    "passwort~ander",
    "anmeldelink",
    /* Spanish, Portuguese, Italian */
    "codigo de verifica",
    "codigo de segur",
    "codigo de acces",
    "codigo de acesso",
    "codigo de confirma",
    "codigo de inicio",
    "codigo de un solo uso",
    "codigo de autentica",
    "restablec~contrasena",
    "contrasena~olvid",
    "olvid~contrasena",
    "cambi~contrasena",
    "nueva contrasena",
    "redefin~senha",
    "esquec~senha",
    "recuper~senha",
    "recuper~contrasena",
    "palavra passe",
    "codice di verifica",
    "codice di sicurezza",
    "codice di accesso",
    "codice di conferma",
    "codice monouso",
    "codice otp",
    "reimpost~password",
    "password dimenticata",
    "recuper~password",
    "nuova password",
    /* Dutch, Polish, Turkish */
    "verificatiecode",
    "beveiligingscode",
    "inlogcode",
    "toegangscode",
    "bevestigingscode",
    "wachtwoord~herstel",
    "wachtwoord vergeten",
    "wachtwoord~instellen",
    "nieuw wachtwoord",
    "herstel~wachtwoord",
    "kod weryfikacyjny",
    "kod bezpieczenstwa",
    "kod logowania",
    "zresetuj haslo",
    "reset~hasla",
    "dogrulama kodu",
    "sifre~sifirla",
};

/* Where words are not parted by spaces, or have endings of their own: anywhere. */
static const char *const pieces[] = {
    "код подтверждения",
    "код безопасности",
    "код для входа",
    "код авторизации",
    "сброс пароля",
    "восстановление пароля",
    "смена пароля",
    "новый пароль",
    "код підтвердження",
    "验证码",
    "驗證碼",
    "重置密码",
    "重設密碼",
    "登录验证",
    "安全代码",
    "認証コード",
    "確認コード",
    "ログインコード",
    "ワンタイムパスワード",
    "パスワードの再設定",
    "パスワード再設定",
    "パスワードをリセット",
    "인증번호",
    "인증 코드",
    "인증코드",
    "비밀번호 재설정",
    "رمز التحقق",
    "إعادة تعيين كلمة",
    "קוד אימות",
    "איפוס סיסמה",
    "κωδικος επαληθευσης",
    "επαναφορα κωδικου",
};

/* A number beside one of these is a code… */
static const char *const words[] = {"code ", "codes ", "pin ",   "codigo ", "codice ", "kod ",
                                    "kode ", "kodu ",  "token ", "otp ",    "tan ",    "passcode "};
/* …unless one of these is there too: what shops and offices write. */
static const char *const others[] = {
    "promo",     "reduction", "remise",   "coupon",  "voucher",  "discount", "rabatt", "gutschein",
    "descuento", "sconto",    "desconto", "cadeau",  "gift",     "postal",   "erreur", "error",
    "source",    "review",    "revue",    "conduct", "conduite", "civil",    "penal",  "travail",
    "route",     "dress",     "bar",      "qr",      "morse",    "commande", "order",  "coverage",
    "zip",       "ape",       "naf",      "iban",    "open",     "week",     "club",   "sale",
};
/* Who sends without being written to, and says "code" or "password" in the subject. */
static const char *const machines[] = {
    "noreply",         "no-reply",      "no_reply",        "donotreply",  "do-not-reply",
    "ne-pas-repondre", "nepasrepondre", "ne_pas_repondre", "noresponder", "security",
    "securite",        "account",       "compte",          "auth",        "login",
    "signin",          "support-id",    "identity"};
static const char *const machine_words[] = {
    "code ",     "codes ",    "password ",   "mot de passe ", "mots de passe ",
    "passwort ", "kennwort ", "contrasena ", "senha ",        "wachtwoord ",
    "passcode ", "pin ",      "otp ",        "codigo ",       "codice "};
/* Who sends nothing else. */
static const char *const senders[] = {"otp",           "2fa",
                                      "mfa",           "verify",
                                      "verification",  "codes",
                                      "passwordreset", "password-reset",
                                      "resetpassword", "reset-password",
                                      "magiclink",     "magic-link"};

#define COUNT(list) (sizeof(list) / sizeof(list)[0])

/* What parts words, outside of ASCII: the general punctuation and that of Latin-1. */
static size_t break_at(struct sv s, size_t i)
{
    const unsigned char *p = (const unsigned char *)s.p + i;
    if (p[0] < 0x80)
        return ascii_is_alnum(s.p[i]) ? 0 : 1;
    if (p[0] == 0xe2 && i + 2 < s.n && p[1] == 0x80)
        return 3;
    return p[0] == 0xc2 && i + 1 < s.n && p[1] >= 0xa0 && p[1] < 0xc0 ? 2 : 0;
}

/* " your code is 1234 ": a space at both ends. */
static struct sv fold(struct arena *arena, struct sv text)
{
    struct sb folded, out;
    sb_init(&folded, arena, (size_t)4 * SUBJECT_MAX);
    sb_init(&out, arena, (size_t)4 * SUBJECT_MAX + 2);
    collate_fold(&folded, text);
    struct sv all = sb_view(&folded);
    sb_add_char(&out, ' ');
    for (size_t i = 0; i < all.n;) {
        size_t gap = break_at(all, i);
        if (gap == 0)
            sb_add_char(&out, all.p[i]);
        else if (out.p[out.n - 1] != ' ')
            sb_add_char(&out, ' ');
        i += gap > 0 ? gap : 1;
    }
    if (out.n > 0 && out.p[out.n - 1] != ' ')
        sb_add_char(&out, ' ');
    return sb_view(&out);
}

/* A word, or several, where one begins. Where it ends, or SIZE_MAX. */
static size_t find_words(struct sv text, struct sv what)
{
    for (size_t from = 0, at; (at = sv_find(sv_slice(text, from, text.n), what)) != SIZE_MAX;) {
        at += from;
        if (at > 0 && text.p[at - 1] == ' ')
            return at + what.n;
        from = at + 1;
    }
    return SIZE_MAX;
}

static bool has_phrase(struct sv text, const char *phrase)
{
    struct sv rest = sv_of(phrase);
    while (rest.n > 0) {
        size_t end = find_words(text, sv_cut(&rest, '~'));
        if (end == SIZE_MAX)
            return false;
        text = sv_slice(text, end, text.n);
    }
    return true;
}

static bool has_any(struct sv text, const char *const *list, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (has_phrase(text, list[i]))
            return true;
    return false;
}

/* Four to eight digits, or two groups of three, that are no year. */
static bool has_number(struct sv text)
{
    size_t before = 0;
    for (size_t i = 0; i < text.n;) {
        size_t n = 0;
        while (i + n < text.n && ascii_is_digit(text.p[i + n]))
            n++;
        bool alone = n > 0 && text.p[i - 1] == ' ' && text.p[i + n] == ' ';
        bool year = n == 4 && (sv_starts(sv_slice(text, i, text.n), SV("19")) ||
                               sv_starts(sv_slice(text, i, text.n), SV("20")));
        if (alone && ((n >= CODE_LEAST && n <= CODE_MOST && !year) || (n == 3 && before == 3)))
            return true;
        if (n > 0 || text.p[i] != ' ')
            before = alone ? n : 0;
        i += n > 0 ? n : 1;
    }
    return false;
}

static bool is_one_of(struct sv mailbox, const char *const *list, size_t n, bool begins)
{
    for (size_t i = 0; i < n; i++) {
        struct sv one = sv_of(list[i]);
        if (sv_eq_nocase(mailbox, one) || (begins && sv_starts_nocase(mailbox, one)))
            return true;
    }
    return false;
}

static bool judge(struct arena *arena, struct sv subject, struct sv mailbox)
{
    struct sv text = fold(arena, sv_slice(subject, 0, SUBJECT_MAX));
    if (is_one_of(mailbox, senders, COUNT(senders), false) ||
        has_any(text, phrases, COUNT(phrases)))
        return true;
    for (size_t i = 0; i < COUNT(pieces); i++)
        if (sv_find(text, sv_of(pieces[i])) != SIZE_MAX)
            return true;
    if (has_any(text, others, COUNT(others)))
        return false;
    if (has_any(text, words, COUNT(words)) && has_number(text))
        return true;
    return is_one_of(mailbox, machines, COUNT(machines), true) &&
           has_any(text, machine_words, COUNT(machine_words));
}

bool codes_in(struct sv subject, struct sv mailbox)
{
    struct arena *arena = arena_new(BUDGET);
    bool found = judge(arena, subject, mailbox);
    arena_free(&arena);
    return found;
}

bool codes_in_envelope(const struct imap_envelope *envelope)
{
    struct arena *arena = arena_new(BUDGET);
    struct sv subject = word_decode(arena, sv_slice(envelope->subject, 0, SUBJECT_MAX));
    struct sv mailbox = envelope->from.n > 0 ? envelope->from.p[0].mailbox : SV("");
    bool found = judge(arena, subject, mailbox);
    arena_free(&arena);
    return found;
}

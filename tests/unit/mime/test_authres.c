#include "arena_fixture.h"
#include "authres.h"

#define RECEIVED                                                                                   \
    "Received: from mail.evil.example (x [192.0.2.1])\r\n by mx.univ.fr with ESMTPS; date\r\n"
#define HOP "Received: from mx.univ.fr by imap.univ.fr with LMTP id 1; date\r\n"
#define BELOW "Received: from pc by mail.evil.example; date\r\n"

/* "spf=pass(a.b) dkim=fail(c.d)" */
static struct sv told(const char *block, const char *servers)
{
    static const char *const METHODS[] = {"spf", "dkim", "dmarc"};
    static const char *const RESULTS[] = {"none",    "pass",   "fail",      "softfail",
                                          "neutral", "policy", "temperror", "permerror"};
    struct authres got;
    struct sb out;
    authres_collect(arena, sv_of(block), sv_of(servers), &got);
    sb_init(&out, arena, 20000);
    for (size_t i = 0; i < got.n; i++)
        sb_printf(&out, "%s%s=%s(%.*s)", i ? " " : "", METHODS[got.items[i].method],
                  RESULTS[got.items[i].result], SV_ARG(got.items[i].domain));
    return sb_view(&out);
}

/* Each as the one field below the border's Received. */
static void fields_are_read(void **state)
{
    (void)state;
    static const struct {
        const char *field, *told;
    } cases[] = {
        {"mx.univ.fr; spf=pass smtp.mailfrom=a@b.example", "spf=pass(b.example)"},
        {"mx.univ.fr; spf=pass smtp.mailfrom=b.example", "spf=pass(b.example)"},
        {"MX.Univ.FR; SPF=Pass smtp.MailFrom=A@B.Example", "spf=pass(b.example)"},
        {"\"mx.univ.fr\" 1; spf=fail smtp.mailfrom=a@b", "spf=fail(b)"},
        {"mx.univ.fr/1 ; spf=fail", ""}, /* another name */
        {"mx.univ.fr; none", ""},
        {"mx.univ.fr;none", ""},
        {"mx.univ.fr", ""},
        {"", ""},
        {";", ""},
        {"other.example; spf=pass smtp.mailfrom=a@b", ""},
        {"evil.mx.univ.fr; spf=pass", ""},
        {"mx.univ.fr.evil.example; spf=pass", ""},
        {"(mx.univ.fr) evil.example; spf=pass", ""},
        {"mx.univ.fr (comment; spf=pass) ; dkim=fail", "dkim=fail()"},
        {"mx.univ.fr (comment; spf=pass ) ; dkim=fail", "dkim=fail()"},
        {"mx.univ.fr;\r\n dkim=pass (2048-bit key; unprotected)\r\n header.d=b.example"
         " header.i=@mail.b.example header.b=\"a=/;b\";\r\n\tspf=softfail",
         "dkim=pass(b.example) spf=softfail()"},
        {"mx.univ.fr; dkim=pass header.i=@mail.b.example", "dkim=pass(mail.b.example)"},
        {"mx.univ.fr; dkim=pass header.i=@x.y header.d=b.c", "dkim=pass(b.c)"},
        {"mx.univ.fr; dkim=pass header.b=Ab+/cd== header.d=b.c", "dkim=pass(b.c)"},
        {"mx.univ.fr; dkim=pass header.d=a.b; dkim=fail reason=\"bad; spf=pass\" header.d=c.d",
         "dkim=pass(a.b) dkim=fail(c.d)"},
        {"mx.univ.fr; dmarc=fail (p=REJECT dis=NONE) header.from=B.example policy.dmarc=none",
         "dmarc=fail(b.example)"},
        {"mx.univ.fr; dmarc=bestguesspass header.from=b.c", ""},
        {"mx.univ.fr; spf=hardfail smtp.mailfrom=a@b", "spf=fail(b)"},
        {"mx.univ.fr; spf=temperror; dkim=permerror; dmarc=neutral",
         "spf=temperror() dkim=permerror() dmarc=neutral()"},
        {"mx.univ.fr; dkim=policy; spf=none", "dkim=policy() spf=none()"},
        {"mx.univ.fr; dkim / 1 = pass header . d = b.c", "dkim=pass(b.c)"},
        {"mx.univ.fr; dkim/1=pass (ok) header(c).(c)d(c)=(c)b.c", "dkim=pass(b.c)"},
        {"mx.univ.fr; iprev=pass policy.iprev=1.2.3.4; auth=pass smtp.auth=x; spf=pass",
         "spf=pass()"},
        {"mx.univ.fr; spf=pass smtp.helo=h.example", "spf=pass()"},
        {"mx.univ.fr; spf=pass smtp.mailfrom=\"a b\"@c.d", "spf=pass(c.d)"},
        {"mx.univ.fr; spf=pass smtp.mailfrom=\"x@univ.fr\"@evil.example", "spf=pass(evil.example)"},
        {"mx.univ.fr; spf=pass smtp.mailfrom=a@univ.fr@evil.example", "spf=pass(evil.example)"},
        {"mx.univ.fr; spf=pass smtp.mailfrom=a.b\"x\"@c.d", "spf=pass(c.d)"},
        {"mx.univ.fr; spf=pass smtp.mailfrom=\"a@c.d\"", "spf=pass(c.d)"},
        {"mx.univ.fr; x=spf=pass; =pass; spf; spf=; dkim==pass;;", ""},
        {"mx.univ.fr; spf=pass (unclosed; dkim=pass", "spf=pass()"},
        {"mx.univ.fr; spf=\"pass", "spf=pass()"},
        {"mx.univ.fr; spf=pass\\", ""},
        {"mx.univ.fr spf=pass", ""},
        {"mx.univ.fr; dkim=pass header.d=\"b.c\" ; dkim=none", "dkim=pass(b.c) dkim=none()"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const char *block =
            arena_printf(arena, RECEIVED "Authentication-Results: %s\r\n" BELOW, cases[i].field).p;
        assert_sv(told(block, "mx.univ.fr"), cases[i].told);
    }
}

#define TRUE_FIELD "Authentication-Results: mx.univ.fr; dmarc=fail header.from=b.c\r\n"
#define FORGED "Authentication-Results: mx.univ.fr; dmarc=pass header.from=b.c\r\n"

static void place_decides(void **state)
{
    (void)state;
    static const struct {
        const char *what, *block, *told;
    } cases[] = {
        {"below the border's Received", RECEIVED TRUE_FIELD BELOW, "dmarc=fail(b.c)"},
        {"above it", TRUE_FIELD RECEIVED BELOW, "dmarc=fail(b.c)"},
        {"below hops of our own", HOP HOP RECEIVED TRUE_FIELD BELOW, "dmarc=fail(b.c)"},
        {"between them", HOP TRUE_FIELD RECEIVED BELOW, "dmarc=fail(b.c)"},
        {"below the sender's Received", RECEIVED BELOW FORGED, ""},
        {"below a forged Received of the border", RECEIVED RECEIVED FORGED BELOW, ""},
        {"the border unknown, above all", TRUE_FIELD HOP BELOW, "dmarc=fail(b.c)"},
        {"the border unknown, below", HOP FORGED BELOW FORGED, ""},
        {"the border unknown, above all, and a Received that bears its name",
         "Authentication-Results: mx.univ.fr; spf=fail smtp.mailfrom=b.c\r\n" HOP FORGED RECEIVED,
         "spf=fail(b.c)"},
        {"no Received at all", FORGED, ""},
        {"two of them: the upper one", RECEIVED TRUE_FIELD FORGED BELOW, "dmarc=fail(b.c)"},
        {"a method that only the lower one has",
         RECEIVED "Authentication-Results: mx.univ.fr; spf=pass smtp.mailfrom=x@b.c\r\n" TRUE_FIELD,
         "spf=pass(b.c) dmarc=fail(b.c)"},
        {"a HELO that hides the border",
         "Received: from x by evil.example (y [192.0.2.1]) by mx.univ.fr; date\r\n" BELOW FORGED,
         ""},
        {"a filter that hands it back under a name that is not listed",
         HOP "Received: from localhost by filter.univ.fr; date\r\n"
             "Received: from mx.univ.fr by localhost; date\r\n" RECEIVED TRUE_FIELD BELOW,
         "dmarc=fail(b.c)"},
        {"a filter that hands it back under the border's name",
         RECEIVED "Received: from mx.univ.fr by localhost; date\r\n" RECEIVED TRUE_FIELD BELOW, ""},
        {"in the body", RECEIVED "\r\n" FORGED, ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        if (!sv_eq(told(cases[i].block, "mx.univ.fr"), sv_of(cases[i].told)))
            print_error("%s\n", cases[i].what);
        assert_sv(told(cases[i].block, "mx.univ.fr"), cases[i].told);
        assert_sv(told(cases[i].block, "mx2.univ.fr  mx.univ.fr "), cases[i].told);
        assert_sv(told(cases[i].block, ""), "");
        assert_sv(told(cases[i].block, "univ.fr"), "");
    }
}

static void what_is_large_is_bounded(void **state)
{
    (void)state;
    struct sb block;
    struct authres got;
    sb_init(&block, arena, 1 << 20);
    sb_add(&block, SV(RECEIVED "Authentication-Results: mx.univ.fr"));
    for (int i = 0; i < 500; i++)
        sb_add(&block, SV("; dkim=pass header.d=b.c"));
    authres_collect(arena, sb_view(&block), SV("mx.univ.fr"), &got);
    assert_int_equal(got.n, AUTHRES_ITEMS_MAX);
    for (int i = 0; i < 500; i++)
        sb_add(&block, SV("; dkim=pass header.d=b.c"));
    authres_collect(arena, sb_view(&block), SV("mx.univ.fr"), &got);
    assert_int_equal(got.n, 0);
    sb_clear(&block);
    sb_add(&block, SV(RECEIVED "Authentication-Results: mx.univ.fr; spf=pass smtp.mailfrom=x@"));
    for (int i = 0; i < 256; i++)
        sb_add_char(&block, 'x');
    authres_collect(arena, sb_view(&block), SV("mx.univ.fr"), &got);
    assert_int_equal(got.n, 1);
    assert_sv(got.items[0].domain, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(fields_are_read, arena_up, arena_down),
        cmocka_unit_test_setup_teardown(place_decides, arena_up, arena_down),
        cmocka_unit_test_setup_teardown(what_is_large_is_bounded, arena_up, arena_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

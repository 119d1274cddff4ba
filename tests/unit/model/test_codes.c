/* Mail by which an account changes hands, told from all other: subjects as they are really written.
 */
#include "codes.h"
#include "test.h"

static const struct letter_head {
    const char *subject, *mailbox;
} hidden[] =
    {
        {"123456 is your verification code", "no-reply"},
        {"G-482913 is your Google verification code", "noreply"},
        {"Your login code: 903-114", "hello"},
        {"Your code is 4821", "team"},
        {"[GitHub] Please verify your device — sign in code 004512", "noreply"},
        {"Your one-time passcode", "bank"},
        {"One-time password for your purchase", "alerts"},
        {"Reset your Acme password", "support"},
        {"Password reset request", "admin"},
        {"Forgot your password?", "accounts"},
        {"Here is your magic link", "hello"},
        {"Confirm it’s you", "security"},
        {"Account recovery: next steps", "help"},
        {"Your temporary password", "it"},
        {"Fwd: Password reset request", "anne.lefevre"},
        {"Your Amazon code", "account-update"},
        {"Your statement", "otp"},
        {"Votre code de vérification est 771 204", "nepasrepondre"},
        {"482913 est votre code Facebook", "security"},
        {"Code d’accès à usage unique", "banque"},
        {"Réinitialisation de votre mot de passe", "noreply"},
        {"Réinitialisez le mot de passe de votre compte Ameli", "contact"},
        {"Mot de passe oublié", "site"},
        {"MOT DE PASSE PROVISOIRE", "dsi"},
        {"Votre lien de connexion « Le Monde »", "abonnes"},
        {"Modification de votre mot de passe", "espace-client"},
        {"Votre code FranceConnect", "ne-pas-repondre"},
        {"Ihr Bestätigungscode lautet 55123", "service"},
        {"Passwort zurücksetzen", "info"},
        {"Setzen Sie Ihr neues Kennwort", "info"},
        {"Tu código de verificación", "hola"},
        {"Restablece tu contraseña", "info"},
        {"Código de segurança", "banco"},
        {"Redefinição de senha", "conta"},
        {"Il tuo codice di verifica", "servizio"},
        {"Reimposta la password", "servizio"},
        {"Je verificatiecode", "klant"},
        {"Wachtwoord herstellen", "klant"},
        {"Kod weryfikacyjny: 1290", "bank"},
        {"Ваш код "
         "подтвержден"
         "ия",
         "info"},
        {"您的验证码", "service"},
        {"\xe8\xaa\x8d\xe8\xa8\xbc\xe3\x82\xb3\xe3\x83\xbc\xe3\x83\x89\xe3\x81\xae\xe3\x81\x8a\xe7"
         "\x9f\xa5\xe3\x82\x89\xe3\x81\x9b",
         "info"},
},
  shown[] = {
      {"", ""},
      {"Dinner on Thursday?", "anne"},
      {"Code review for the parser", "marc"},
      {"Re: code source du projet 4821", "marc"},
      {"Votre code promo 20264", "boutique"},
      {"Code promo NOEL2026 : -20 %", "no-reply"},
      {"Your order 482913 has been shipped", "no-reply"},
      {"Votre commande n° 482913", "noreply"},
      {"Facture 2026-11 n° 004512", "compta"},
      {"Code de la route : inscription", "auto-ecole"},
      {"Le code du travail expliqué", "formation"},
      {"Dress code for the gala", "events"},
      {"Code postal 75005 manquant", "livraison"},
      {"Meeting 2026 budget code names", "chef"},
      {"Postcode lottery", "info"},
      {"Pinning down the schedule", "anne"},
      {"Resetting the garden clock", "anne"},
      {"Compte rendu du 12/11/2026", "secretariat"},
      {"New sign-in to your account", "contact"},
      {"Your weekly summary", "no-reply"},
      {"Encoder un film en 4000 kbit/s", "club"},
      {"Reset of the tournament, no words to pass on", "club"},
      {"Gutschein-Code 12345 für Sie", "shop"},
      {"Wi-Fi de la maison", "maman"},
};

static void check(const struct letter_head *list, size_t n, bool want)
{
    for (size_t i = 0; i < n; i++) {
        bool got = codes_in(sv_of(list[i].subject), sv_of(list[i].mailbox));
        if (got != want)
            print_error("%s <%s>\n", list[i].subject, list[i].mailbox);
        assert_int_equal(got, want);
    }
}

static void codes_and_resets_are_found(void **state)
{
    (void)state;
    check(hidden, sizeof hidden / sizeof hidden[0], true);
}

static void all_else_is_not(void **state)
{
    (void)state;
    check(shown, sizeof shown / sizeof shown[0], false);
}

static void what_a_server_tells_is_decoded_first(void **state)
{
    const struct imap_address from = {.mailbox = SV("info"), .host = SV("a.example")};
    struct imap_envelope e = {.from = {&from, 1}};
    (void)state;
    assert_false(codes_in_envelope(&e));
    e.subject = SV("=?utf-8?Q?R=C3=A9initialisez_votre_mot_de_passe?=");
    assert_true(codes_in_envelope(&e));
    e.subject = SV("=?utf-8?Q?R=C3=A9union?=");
    assert_false(codes_in_envelope(&e));
    e = (struct imap_envelope){.subject = SV("Your code: 1234")};
    assert_true(codes_in_envelope(&e));
}

static void length_and_bytes_do_no_harm(void **state)
{
    char many[5000];
    (void)state;
    memset(many, '1', sizeof many);
    assert_false(codes_in((struct sv){many, sizeof many}, SV("")));
    memset(many, 'e', sizeof many);
    assert_false(codes_in((struct sv){many, sizeof many}, SV("")));
    assert_false(codes_in(SV("\xff\xfe\xe2\x80"), SV("\xc2")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(codes_and_resets_are_found),
        cmocka_unit_test(all_else_is_not),
        cmocka_unit_test(what_a_server_tells_is_decoded_first),
        cmocka_unit_test(length_and_bytes_do_no_harm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

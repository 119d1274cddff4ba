"""Letters that a reader has to get right: charsets, broken headers, reports, nested messages."""
import letter
from letter import attach, days_ago, finish, new, pdf, png, raw

CLAIRE = "Claire Morel <claire.morel@demo.example>"

LONG_NAME = ("Procès-verbal définitif du conseil de l’UFR d’études interculturelles et de langues appliquées, "
             "séance extraordinaire, annexes comprises (version relue).pdf")

CALENDAR = """\
BEGIN:VCALENDAR
PRODID:-//Demo//FR
VERSION:2.0
METHOD:REQUEST
BEGIN:VEVENT
UID:conseil-ufr@demo.example
DTSTAMP:20260101T080000Z
DTSTART:{start}
DTEND:{end}
SUMMARY:Conseil de l’UFR
LOCATION:Salle 347
ORGANIZER;CN=Direction de l’UFR:mailto:direction@demo.example
ATTENDEE;CN=Claire Morel;RSVP=TRUE:mailto:claire.morel@demo.example
END:VEVENT
END:VCALENDAR
"""

BOUNCE = """
Date: {date}
From: MAILER-DAEMON@mail.demo.example (Mail Delivery System)
Subject: Undelivered Mail Returned to Sender
To: claire.morel@demo.example
Auto-Submitted: auto-replied
Message-ID: <bounce.1@mail.demo.example>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="4F2A.demo"

This is a MIME-encapsulated message.

--4F2A.demo
Content-Description: Notification
Content-Type: text/plain; charset=us-ascii

I'm sorry to have to inform you that your message could not be delivered
to one or more recipients. It's attached below.

<jean.durnad@demo.example>: User unknown in virtual mailbox table

--4F2A.demo
Content-Description: Delivery report
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.demo.example
Arrival-Date: {date}

Final-Recipient: rfc822; jean.durnad@demo.example
Action: failed
Status: 5.1.1
Diagnostic-Code: X-Postfix; User unknown in virtual mailbox table

--4F2A.demo
Content-Description: Undelivered Message
Content-Type: message/rfc822

Date: {date}
From: Claire Morel <claire.morel@demo.example>
To: jean.durnad@demo.example
Subject: Rendez-vous de jeudi
Message-ID: <rdv.1@demo.example>
MIME-Version: 1.0
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: 8bit

Bonjour Jean, toujours d'accord pour jeudi ?

--4F2A.demo--
"""

FLOWED = """
Date: {date}
From: Yann Le Goff <yann.legoff@demo.example>
To: Claire Morel <claire.morel@demo.example>
Subject: =?utf-8?Q?Re=C2=A0=3A_une_question_de_m=C3=A9thode?=
Message-ID: <flowed.1@demo.example>
MIME-Version: 1.0
Content-Type: text/plain; charset=utf-8; format=flowed; delsp=no
Content-Transfer-Encoding: 8bit

>> Faut-il annoter les pauses avant les hésitations, ou l’inverse ? Je \n\
>> n’arrive pas à me décider.
> Les pauses d’abord : elles se voient sur le signal, et l’hésitation s’y \n\
> raccroche ensuite.

D’accord. Je réécris le guide dans ce sens ; ce paragraphe est volontairement \n\
long pour que ses lignes se rejoignent et suivent la largeur de la fenêtre au \n\
lieu de se couper n’importe où.

-- \n\
Yann Le Goff
bureau 312
"""


def charsets(days):
    """One text each in the charsets that still arrive."""
    texts = [
        ("田中 裕子 <tanaka@ninjal.example>", "国際シンポジウムのご案内", "iso-2022-jp", "7bit",
         "モレル先生\n\nいつもお世話になっております。\n来年三月に開催される国際シンポジウムのご案内をお送りいたします。\n発表の締め切りは一月末です。\n\n田中裕子\n"),
        ("鈴木 健 <suzuki@univ-tokyo.example>", "音声コーパスの共同研究について", "utf-8", None,
         "モレル先生\n\n先日のオンライン会議ではありがとうございました。\n共同研究の計画書を共有いたします。ご確認をお願いいたします。\n\n鈴木\n"),
        ("事務局 <jimu@gakkai.example>", "学会費納入のお願い", "shift_jis", "8bit",
         "会員各位\n\n今年度の学会費の納入をお願いいたします。\nなお、行き違いの場合はご容赦ください。\n\n学会事務局\n"),
        ("דוד כהן <cohen@huji.example>", "הזמנה לכנס בירושלים", "utf-8", None,
         "שלום קלייר,\n\nאנו שמחים להזמין אותך לכנס הבלשנות (Linguistics 2027) בירושלים.\nההרשמה פתוחה עד סוף החודש.\n\nבברכה,\nדוד כהן\n"),
        ("ليلى حداد <haddad@aub.example>", "دعوة إلى ندوة الترجمة", "utf-8", None,
         "عزيزتي كلير،\n\nيسعدنا دعوتك إلى ندوة الترجمة القانونية في بيروت يوم 14 مارس.\nنرجو تأكيد الحضور قبل نهاية الشهر.\n\nمع التحية،\nليلى حداد\n"),
        ("Élodie Gérard <elodie.gerard@demo.example>", "Compte de résultat", "iso-8859-1", "8bit",
         "Bonjour,\n\nvoilà le résultat : 1 250 francs (en 1999, déjà !). C'est écrit en ISO-8859-1.\n\nÉlodie\n"),
        ("Cabinet Œdipe <cabinet@oedipe.example>", "Devis – « rénovation »", "windows-1252", "8bit",
         "Madame,\n\nle devis s’élève à 3 400 € – main-d’œuvre comprise… Il est valable trois mois.\n\nŒdipe & fils\n"),
        ("Иван Петров <petrov@msu.example>", "Публикация сборника", "koi8-r", "8bit",
         "Уважаемая коллега,\n\nсборник выйдет в марте. Корректура во вложении не нужна.\n\nИван Петров\n"),
        ("王芳 <wang@pku.example>", "关于语料库合作", "gb2312", "base64",
         "莫雷尔教授：\n\n您好！附上合作协议草案，请审阅。\n\n王芳\n"),
    ]
    for number, (sender, subject, charset, cte, body) in enumerate(texts):
        when = days_ago(days + number * 5, 10, 3 + number)
        yield finish(new(sender, CLAIRE, subject, when, body, charset=charset, cte=cte), when,
                     *(["seen"] if number else []))


def broken(days):
    """What other programs and other decades have written."""
    when = [days_ago(days + number * 3, 15, number) for number in range(7)]
    yield raw("Date: {date}\nFrom: Secr\xe9tariat <secretariat@ancien.example>\nTo: claire.morel@demo.example\n"
              "Subject: R\xe9union annul\xe9e (en-t\xeates en 8 bits bruts)\nMessage-ID: <brut.1@ancien.example>\n\n"
              "Ce message n'a ni MIME ni encodage : \xe9t\xe9, no\xebl, \xe7a et l\xe0.\n", when[0], "seen", charset="latin-1")
    yield raw("Date: {date}\nFrom: =?utf-8?Q?H=C3=A9l=C3=A8ne_Dubois?= <helene.dubois@demo.example>\nTo: claire.morel@demo.example\n"
              "Subject: =?utf-8?B?w4l0w6kgMjAyNg=?= =?inconnu-99?Q?x=E9y?= =?utf-8?Q?=C3?= =?utf-8?Q?=A9t=C3=A9_coup=C3=A9?=\n"
              "Message-ID: <mots.1@demo.example>\n\nMots encodés abîmés dans le sujet.\n", when[1], "seen")
    yield raw("From: robot@capteurs.example\nTo: claire.morel@demo.example\nSubject: Message sans date\n"
              "Message-ID: <sansdate.1@capteurs.example>\n\nTemperature 19.5\n", when[2])
    yield raw("Date: {date}\nTo: claire.morel@demo.example\nSubject: Message sans expéditeur\n\nQui suis-je ?\n", when[3], "seen")
    yield raw("Date: {date}\nFrom: Marc Éloi <marc.eloi@demo.example>\nTo: claire.morel@demo.example\nSubject:\n"
              "Message-ID: <vide.1@demo.example>\n\n(sans objet, comme d'habitude)\n\nMarc\n", when[4], "seen")
    yield raw("Date: Mardi 34 Brumaire 2026 25:61\nFrom: \"Horloge, (déréglée\" <horloge@demo.example\n"
              "To: undisclosed-recipients:;\nSubject: Date et adresse impossibles\nMIME-Version: 1.0\n"
              "Content-Type: multipart/mixed; boundary=\"jamais-vu\"\n\nLa limite annoncée n'apparaît nulle part.\n", when[5], "seen")
    yield raw("Date: {date}\nFrom: Lucas Petit <lucas.petit@etu.demo.example>\nTo: claire.morel@demo.example\n"
              "Subject: pièce jointe coupée\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=B\n\n--B\n"
              "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n\nVoici =C3=A9tonnamment=\n"
              " =ZZ le fichier.=\n\n--B\nContent-Type: application/octet-stream; name=\"donnees.bin\"\n"
              "Content-Transfer-Encoding: base64\nContent-Disposition: attachment; filename=\"donnees.bin\"\n\nAAECAwQFBgc*8J\n",
              when[6], "seen")


def council(when, *flags):
    """The long one with its two documents."""
    body = ("Chères et chers collègues,\n\nLe prochain conseil de l’UFR se tiendra jeudi à 14 h, salle 347. Vous trouverez\n"
            "ci-joint l’ordre du jour ainsi que les documents préparatoires.\n\nLe point 4 (répartition des services) appelle "
            "un vote ; merci de prévenir si vous\ndonnez procuration.\n\n> Pour mémoire, le procès-verbal du dernier conseil est "
            "en ligne sur l’intranet.\n\nBien cordialement,\nla direction\n")
    names = ["Anne Lefèvre <anne.lefevre@demo.example>"] + [f"Membre {n} <membre{n}@demo.example>" for n in range(1, 15)]
    message = new("Direction de l’UFR <direction@demo.example>", ", ".join([CLAIRE] + names),
                  "Conseil de jeudi : ordre du jour", when, body)
    attach(message, "ordre-du-jour.pdf", pdf("Conseil de l'UFR", "1. Procès-verbal", "2. Services", "3. Questions diverses"), "application/pdf")
    attach(message, "services 2026-2027.ods", bytes(range(256)) * 120, "application/vnd.oasis.opendocument.spreadsheet")
    return finish(message, when, *flags)


def attachments(days):
    when = [days_ago(days + number * 4, 16, 20 + number) for number in range(5)]
    message = new("Hélène Dubois-Martin <helene.dubois@demo.example>", CLAIRE, "PV du conseil", when[0], "Le voici, relu.\n")
    attach(message, LONG_NAME, pdf("Procès-verbal", "Annexes"), "application/pdf")
    attach(message, "notes «brutes».txt", "Été, où, ça : voilà.\n".encode() * 30, "application/octet-stream")
    yield finish(message, when[0], "seen", "answered")
    message = new("Direction de l’UFR <direction@demo.example>", CLAIRE, "Invitation : conseil de l’UFR", when[1], "Invitation jointe.\n")
    stamp = letter.time.strftime("%Y%m%d", letter.time.gmtime(letter.NOW + 7 * letter.DAY))
    invitation = CALENDAR.format(start=stamp + "T130000Z", end=stamp + "T160000Z")
    message.add_alternative(invitation, subtype="calendar", params={"method": "REQUEST"})
    yield finish(message, when[1])
    message = new("Giulia Ferrari <g.ferrari@unito.example>", CLAIRE, "My new address card", when[2], "New office, same coffee.\n\nGiulia\n")
    attach(message, "giulia.vcf", b"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Giulia Ferrari\r\nEMAIL:g.ferrari@unito.example\r\nEND:VCARD\r\n", "text/vcard")
    yield finish(message, when[2], "seen")
    inner = new("Inès Aït-Kaci <ines.aitkaci@etu.demo.example>", "scolarite@demo.example", "Erreur dans ma note", when[3],
                "Bonjour, ma note de M1 Corpus devrait être 15 et non 5.\n\nInès\n")
    attach(inner, "copie.png", png(60, 80, lambda x, y: (255, 255, 250) if y % 8 else (90, 90, 160)), "image/png")
    message = new("Scolarité EILA <scolarite@demo.example>", CLAIRE, "Tr : Erreur dans ma note", when[3], "Pour vous, je crois.\n")
    message.add_attachment(inner)
    yield finish(message, when[3], "seen", "flagged")
    message = new("Support informatique <support@demo.example>", CLAIRE, "Journal complet de l’incident", when[4], "Le journal est joint (1 Mo).\n")
    attach(message, "journal.txt", b"2026-01-01T00:00:00Z ok everything is quiet on this line\n" * 18000, "text/plain")
    yield finish(message, when[4], "seen")


def others(days):
    """A failure report, flowed text, subjects and recipients without measure."""
    yield raw(BOUNCE, days_ago(days, 11, 2))
    yield raw(FLOWED, days_ago(days + 2, 9, 41), "seen", "answered")
    when = days_ago(days + 9, 17, 30)
    subject = "Note de service relative aux modalités d’organisation " + "et de suivi " * 60 + "(fin)"
    yield finish(new("Service du personnel <drh@demo.example>", CLAIRE, subject, when, "Tout est dans l’objet.\n"), when, "seen")
    when = days_ago(days + 12, 8, 0)
    crowd = ", ".join(f"Étudiant {n:03d} <etu{n:03d}@etu.demo.example>" for n in range(400))
    yield finish(new("Scolarité EILA <scolarite@demo.example>", crowd, "À toute la promotion", when,
                     "Quatre cents destinataires en clair : pardon !\n"), when, "seen")
    when = days_ago(days + 15, 12, 0)
    yield finish(new("Zoé 🎓 Marchand <zoe.marchand@etu.demo.example>", CLAIRE, "J’ai réussi !!! 🎉🎓👩‍🎓", when,
                     "Merci pour tout, Madame 🙏🏽\n\nZoé\n"), when, "seen", "flagged")

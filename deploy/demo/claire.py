"""The account of Claire Morel, who teaches and keeps everything."""
import random

import markup
import odd
import threads
from letter import attach, days_ago, email, finish, new, pdf
from texts import ENGLISH, FRENCH, PEOPLE, WRITERS, fill

ME = "Claire Morel <claire.morel@demo.example>"
ACCENTS = "Projets/Été 2026 – « Voix & Corpus »"
# Mailboxes whose names try the quoting of every program on the way.
STRANGE = ["R&D", 'Dits "entre guillemets"', "100 % *urgent*", r"Partage\commun", "v1.2 (finale)", "Photos 📷", "日本語", "רשימות", "   trois espaces"]


def ordinary(dice, count, first, last, *, unread=0.1, texts=FRENCH, me=ME, people=None):
    """count letters, from `first` days ago to `last` days ago; people: only from these."""
    for number in range(count):
        which = dice.randrange(len(texts))
        subject, body = (fill(text, dice) for text in texts[which])
        days = first + (last - first) * number / max(count - 1, 1)
        when = days_ago(int(days), dice.randint(7, 19), dice.randint(0, 59))
        person = dice.choice(people or [PEOPLE[place] for place in WRITERS[which]])
        message = new(email.utils.formataddr(person), me, subject, when, body, key=f"{me}{first}{number}{subject}")
        if dice.random() < 0.12:
            attach(message, dice.choice(["document.pdf", "sujet corrigé.pdf", "convention.pdf"]), pdf(subject), "application/pdf")
        flags = [] if dice.random() < unread else ["seen"]
        if flags and dice.random() < 0.25:
            flags.append("answered")
        if dice.random() < 0.05:
            flags.append("flagged")
        yield finish(message, when, *flags)


def written(dice, count, first, last, *flags):
    """Letters that Claire wrote."""
    for number in range(count):
        subject, body = (fill(text, dice) for text in dice.choice(FRENCH))
        when = days_ago(int(first + (last - first) * number / count), dice.randint(8, 18), dice.randint(0, 59))
        to = email.utils.formataddr(dice.choice(PEOPLE))
        body = body.rsplit("\n\n", 1)[0] + "\n\nClaire Morel\nUFR EILA, bureau 347\n"
        yield finish(new(ME, to, subject, when, body, key=f"ecrit{number}{subject}{flags}"), when, "seen", *flags)


def today(dice):
    """The top of the list, as in life: short, recent, half of it unread."""
    rows = [(0.06, 0, 0, []), (0.14, 1, 1, []), (0.24, 2, 2, ["seen", "answered"]), (0.3, 4, 18, []), (0.38, 3, 4, ["seen"])]
    for age, text, person, flags in rows:
        subject, body = (fill(part, dice) for part in FRENCH[text])
        when = days_ago(age)
        yield finish(new(email.utils.formataddr(PEOPLE[person]), ME, subject, when, body, key=f"jour{text}"), when, *flags)


def inbox(dice):
    letters = list(today(dice))
    letters += [odd.council(days_ago(1, 17, 48), "seen"), markup.hostile(days_ago(5, 13, 0)),
                markup.photographs(days_ago(4, 10, 12)), markup.html_only(days_ago(6, 9, 0), "seen")]
    letters += odd.charsets(1)
    letters += odd.broken(3)
    letters += odd.attachments(2)
    letters += odd.others(2)
    letters += markup.newsletters(9)
    letters += ordinary(dice, 70, 2, 200)
    letters += ordinary(dice, 14, 3, 150, texts=ENGLISH, people=PEOPLE[9:12])
    return letters


def write(account):
    dice = random.Random(1)
    boxes = {
        "INBOX": inbox(dice),
        "Sent": list(written(dice, 45, 0, 180)),
        "Drafts": list(written(dice, 2, 1, 3, "draft")),
        "Trash": list(ordinary(dice, 9, 1, 30)),
        "Junk": list(ordinary(dice, 4, 1, 12, unread=1, texts=[
            ("Vous avez gagné un diplôme !!!", "Cliquez ici pour votre doctorat en 24 heures : http://gratuit.example/\n")],
            people=[("Université Gratuite", "promo@gratuit.example")])),
        "Archive": list(ordinary(dice, 40, 200, 700, unread=0)),
        "Amis": list(ordinary(dice, 16, 3, 300, unread=0.2, people=PEOPLE[11:16])),
        "Cours": [],
        "Cours/L3 Phonétique": list(ordinary(dice, 24, 2, 120)),
        "Cours/M1 Corpus": list(ordinary(dice, 18, 5, 160, unread=0)),
        "Cours/M1 Corpus/Copies 2025–2026": list(ordinary(dice, 8, 100, 300, unread=0)),
        "Direction": list(ordinary(dice, 15, 4, 250, unread=0, people=PEOPLE[3:4])),
        "Listes/phonetique": list(threads.of_list("phonetique", dice)),
        "Listes/traduction": list(threads.of_list("traduction", dice)),
        ACCENTS: list(ordinary(dice, 12, 6, 140)),
    }
    boxes |= {f"Divers/{name}": list(ordinary(dice, 2, 10, 60)) for name in STRANGE}
    for name, letters in boxes.items():
        account.fill(name, letters)
    account.subscribe(name for name in boxes if name != "INBOX")
    account.fill("Divers/Non abonné", ordinary(dice, 3, 30, 90))

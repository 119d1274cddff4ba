"""A mailbox as large as one finds after twenty years: many short letters, some long ones."""
import base64
import random

import letter
from texts import ENGLISH, FRENCH, PEOPLE

MEAN_SIZE = 4300  # 70,000 of them make 300 MB
KINDS = 400


def bodies(dice):
    """KINDS bodies, (headers, text): text of very different lengths, and some attachments."""
    paragraphs = [text for _, text in FRENCH + ENGLISH]
    result = []
    for number in range(KINDS):
        size = min(int(dice.lognormvariate(0, 0.9) * MEAN_SIZE * 0.43), 60000)
        text = ""
        while len(text) < size:
            text += dice.choice(paragraphs).replace("{", "").replace("}", "") + "\n\n"
        if number % 8:
            result.append((b"Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n",
                           text[:size].encode() + b"\n"))
            continue
        data = base64.encodebytes(dice.randbytes(size * 2))
        mixed = (b"--limit\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n"
                 + text[:size].encode() + b"\n--limit\nContent-Type: application/pdf; name=document.pdf\n"
                 b"Content-Disposition: attachment; filename=document.pdf\n"
                 b"Content-Transfer-Encoding: base64\n\n" + data + b"--limit--\n")
        result.append((b'Content-Type: multipart/mixed; boundary="limit"\n', mixed))
    return result


def answers(number, count):
    """Of five letters in a row the second answers the first, and the fourth the second."""
    place = number % 5
    if place not in (1, 3):
        return ""
    above = [number - 1] if place == 1 else [number - 3, number - 2]
    names = [f"<{one}.{count}@archives.demo.example>" for one in above]
    return f"In-Reply-To: {names[-1]}\nReferences: {' '.join(names)}\n"


def write(account, count):
    name = f"Archives {count}"
    dice = random.Random(count)
    texts = bodies(dice)
    subjects = [subject.replace("{", "").replace("}", "") for subject, _ in FRENCH + ENGLISH]
    people = [letter.email.utils.formataddr(person) for person in PEOPLE]
    step = 20 * 365 * letter.DAY // max(count, 1)
    mailbox = account.mailbox(name)
    for number in range(count):
        when = letter.NOW - (count - number) * step
        head, body = dice.choice(texts)
        subject = f"{dice.choice(subjects)} ({number + 1})"
        if not subject.isascii():
            subject = "=?utf-8?b?" + base64.b64encode(subject.encode()).decode() + "?="
        # Arrival and date are not quite the same order, as in life.
        written = when - int(dice.expovariate(1 / 900))
        top = (f"Date: {letter.date_header(written)}\nFrom: {dice.choice(people)}\n"
               f"To: {dice.choice(people)}\nSubject: {subject}\n"
               f"Message-ID: <{number}.{count}@archives.demo.example>\n{answers(number, count)}MIME-Version: 1.0\n")
        flags = [flag for flag, odds in (("seen", 0.95), ("answered", 0.2), ("flagged", 0.02))
                 if dice.random() < odds]
        mailbox.append(top.encode() + head + b"\n" + body, when, flags)
    mailbox.close()
    account.subscribe([name])

"""The account of Karim Benali: a smaller one, to write to."""
import random

from claire import ordinary
from texts import ENGLISH, PEOPLE

ME = "Karim Benali <karim.benali@demo.example>"


def write(account):
    dice = random.Random(2)
    boxes = {
        "INBOX": list(ordinary(dice, 48, 0, 150, me=ME)) + list(ordinary(dice, 8, 2, 90, me=ME, texts=ENGLISH, people=PEOPLE[9:12])),
        "Sent": [],
        "Photos": list(ordinary(dice, 5, 5, 60, me=ME)),
        "Thèse/Chapitre 1": list(ordinary(dice, 7, 9, 100, me=ME)),
    }
    for name, letters in boxes.items():
        account.fill(name, letters)
    account.subscribe(name for name in boxes if name != "INBOX")

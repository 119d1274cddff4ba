"""Two mailing lists with their threads."""
from letter import date_header, days_ago, finish, new

TOPICS = {
    "phonetique": [
        ("Praat 6.5 : nouveautés", 6), ("Seuil de VOT en français de Belgique ?", 9), ("Séminaire du jeudi", 3),
        ("Annotation des pauses", 12), ("Poste de MCF à Toulouse", 2), ("Casques : quel modèle ?", 7),
        ("Corpus PFC : licence", 5), ("Formants et voix chuchotée", 8),
    ],
    "traduction": [
        ("Journée d’étude : appel", 4), ("Comment traduire « accountability » ?", 11), ("Mémoires de traduction libres", 6),
        ("Tarifs 2027", 5), ("Relecteur arabe–français", 3),
    ],
}

PEOPLE = ["Yann Le Goff <yann.legoff@demo.example>", "Sophie Nguyễn <sophie.nguyen@demo.example>",
          "Thomas Müller <t.mueller@uni-koeln.example>", "Giulia Ferrari <g.ferrari@unito.example>",
          "Emily O’Connor <e.oconnor@tcd.example>", "Claire Morel <claire.morel@demo.example>",
          "Karim Benali <karim.benali@demo.example>"]

ANSWERS = ["Même expérience ici, avec des locuteurs plus âgés.", "Je ne suis pas d’accord : le seuil dépend surtout du débit.",
           "Merci ! Je mets le résumé sur le site de la liste.", "I would try with a larger window first.",
           "Quelqu’un a-t-il essayé sous Linux ?", "On en reparle jeudi, de vive voix ?",
           "Voir l’annexe de notre article de l’an dernier.", "+1\n\nEt il existe un script pour cela."]


def headers(name, key, parents):
    address = f"{name}@listes.example"
    found = [("List-Id", f"Liste {name} <{name}.listes.example>"), ("List-Post", f"<mailto:{address}>"),
             ("List-Help", f"<mailto:sympa@listes.example?subject=help%20{name}>"),
             ("List-Unsubscribe", f"<mailto:sympa@listes.example?subject=unsubscribe%20{name}>"),
             ("List-Archive", f"<https://listes.example/arc/{name}>"), ("Precedence", "list"),
             ("Sender", f"{name}-request@listes.example")]
    if parents:
        found += [("In-Reply-To", parents[-1]), ("References", " ".join(parents))]
    return found


def of_list(name, dice):
    """The letters of one list; each answer quotes the one before."""
    for number, (topic, count) in enumerate(TOPICS[name]):
        parents, quoted = [], ""
        start = days_ago(4 + number * 13, 9, 10 + number)
        for step in range(count):
            when = start + int(step * 3600 * dice.uniform(0.4, 9))
            when = min(when, days_ago(0) - (count - step) * 300)
            sender = dice.choice(PEOPLE)
            body = quoted + (dice.choice(ANSWERS) if step else f"Bonjour à toutes et à tous,\n\n{topic} Qu’en pensez-vous ?")
            body += f"\n\n{sender.split(' <')[0]}\n\n-- \nListe {name} : https://listes.example/{name}\n"
            key = f"{name}.{number}.{step}"
            subject = f"[{name}] {topic}" if not step else f"Re: [{name}] {topic}"
            message = new(sender, f"{name}@listes.example", subject, when, body, key=key,
                          headers=headers(name, key, parents[-8:]))
            parents.append(message["Message-ID"])
            said = body.split("\n\n-- ")[0].splitlines()[-6:]
            quoted = f"Le {date_header(when)[5:16]}, {sender.split(' <')[0]} a écrit :\n" + "".join(f"> {line}\n" for line in said) + "\n"
            yield finish(message, when, *(["seen"] if dice.random() < 0.55 else []))

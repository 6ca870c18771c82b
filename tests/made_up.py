"""Articles written for tests, in the engine's four languages; the bodies and offices in them are invented."""

from builder.model import Article, Block, BlockKind, Completeness

KINDS = {"# ": BlockKind.HEADING, "- ": BlockKind.POINT, "> ": BlockKind.QUOTE}


def article(text: str, title: str = "", language: str = "", **fields: object) -> Article:
    """Blocks from text: a blank line between two, `# ` a subheading, `- ` a point, `> ` a block quotation."""
    blocks = []
    for part in text.strip().split("\n\n"):
        line = " ".join(part.split())
        kind = KINDS.get(line[:2], BlockKind.PARAGRAPH)
        blocks.append(Block(kind, line if kind is BlockKind.PARAGRAPH else line[2:]))
    return Article(
        url="https://example.org/a",
        title=title,
        blocks=tuple(blocks),
        language=language,
        **{"completeness": Completeness.FULL, **fields},  # type: ignore[arg-type]
    )


HARBOUR = article(
    """
The harbour authority of Northport approved a shore power network on Tuesday, which lets ferries switch
off their diesel engines while they are moored.

The shore power network costs 48 million euros and connects eleven berths to the city grid by the end of
2027. The harbour authority expects the berths to save 9,000 tonnes of carbon dioxide a year.

Ferry operators had asked for a longer transition. The operators say that new sockets have to be fitted to
thirty ships, and that shipyards are booked out until next spring. Two of the larger operators carry most
of the passengers on the route.

Residents of the old quarter have complained about diesel fumes for more than a decade. Air measurements
in the old quarter showed nitrogen dioxide above the legal limit on 41 days last year. A citizens' group
collected 12,000 signatures for cleaner air in the old quarter.

The city grid needs a second substation before the berths can be connected. The second substation stands
on the site of a former cold store, and building work began in March. Engineers of the grid company tested
a smaller connection at berth four in January.

The European Union pays for a third of the network under a programme for clean ports. The programme
requires that shore power is open to every shipping line at the same price.

Ferry fares will rise by about two percent when the berths are connected, according to the harbour
authority. Cruise ships will have to use the network from 2029, which means that the largest source of
diesel fumes will disappear from the old quarter.
""",
    "Northport approves shore power for its ferries",
    "en",
)

GUIDE = article(
    """
A feed reader asks every feed whether something changed. Most answers are no, so a polite reader should
learn to ask in a way that costs the publisher nothing.

# 1. Ask with validators

A server may send an entity tag with its answer. The reader sends the tag back with the next request and
gets a short answer without a body when nothing changed. Publishers save most of their traffic this way.

# 2. Respect the pace

A response may say how long to wait. Readers that ignore the pace are blocked by large hosts. A good
default is one request an hour for each feed.

# 3. Handle errors

- Gone: the feed was removed for good, so the reader stops asking for it.

- Moved permanently: the reader stores the new address after it has been seen for a week.

- Server fault: the reader waits longer after each failure and reports the feed after ten days.

# Conclusion

Polite readers are cheap for both sides. Publishers will keep feeds open as long as feeds cost little to
serve.

# Related articles

Ten tricks for your newsletter that nobody told you about until now.
""",
    "How a feed reader should ask",
    "en",
)

GERMAN = article(
    """
Die Stadtwerke Auental haben am Montag ein neues Wärmenetz in Betrieb genommen, das 2.400 Wohnungen mit
Abwärme aus einem Rechenzentrum versorgt.

Das neue Wärmenetz ist acht Kilometer lang und hat 31 Millionen Euro gekostet. Das Rechenzentrum liefert
die Abwärme kostenlos, weil die Kühlung dadurch billiger wird.

Die Verbraucherzentrale kritisiert die Preisformel der Stadtwerke. Die Preisformel ist an den Strompreis
gebunden und schwankt deshalb stark. Viele Haushalte zahlten im vergangenen Winter mehr als mit ihrer
alten Gasheizung.

Der Stadtrat beschloss das Projekt im Jahr 2021 mit knapper Mehrheit. Der Bau verzögerte sich um ein Jahr,
weil unter dem Marktplatz Reste einer mittelalterlichen Stadtmauer gefunden wurden. Die Stadtmauer wurde
vermessen und wieder zugeschüttet.

Eine zweite Leitung soll die Siedlung am Bahnhof anschließen. Die Siedlung am Bahnhof besteht aus 600
Wohnungen aus den siebziger Jahren, deren Heizungen ohnehin ersetzt werden müssen.

Künftig will die Stadt auch das Hallenbad und zwei Schulen mit Abwärme heizen. Die Stadtwerke rechnen in
den kommenden Jahren mit sinkenden Preisen, sobald die Leitung zum Bahnhof fertig ist.
""",
    "Auental heizt mit Abwärme",
    "de",
)

FRENCH = article(
    """
La ville de Montrivage a adopté lundi un plan de rénovation de ses écoles, qui prévoit l'isolation de
dix-huit bâtiments en cinq ans.

Le plan de rénovation coûte 62 millions d'euros et sera financé pour moitié par la région. Les travaux
commenceront par l'école du Port, dont la toiture laisse passer l'eau depuis deux hivers.

Les parents d'élèves demandent des salles provisoires pendant les travaux. Les salles provisoires seraient
installées dans la cour du collège voisin. La mairie estime que cette solution retarderait le chantier de
six mois.

Les entreprises locales craignent une pénurie de matériaux. La laine de bois vient de trois usines
seulement, et les délais de livraison dépassent quatre mois. Un groupement d'achat a été créé avec les
communes voisines.

Le conseil municipal a aussi débattu de la consommation d'énergie. La consommation d'énergie des écoles
représente un tiers du budget de fonctionnement. Les relevés de l'an dernier montrent une hausse de onze
pour cent.

Les premiers chantiers seront achevés à la rentrée prochaine, selon la mairie. À long terme, la facture de
chauffage devrait diminuer de quarante pour cent.
""",
    "Montrivage rénove ses écoles",
    "fr",
)

SPANISH = article(
    """
El ayuntamiento de Valdeluz aprobó el lunes una red de huertos urbanos que ocupará catorce solares
abandonados de la ciudad.

La red de huertos urbanos cuesta 3,2 millones de euros y estará abierta a vecinos y escuelas. Los solares
abandonados pertenecen en su mayoría a una caja de ahorros desaparecida.

Las asociaciones de vecinos piden agua de lluvia para el riego. El agua de lluvia se almacenará en
depósitos enterrados bajo las plazas. El consumo de agua potable bajaría así un treinta por ciento.

Los comerciantes temen perder plazas de aparcamiento. Las plazas de aparcamiento del centro son el
principal ingreso de varios garajes. El consistorio ofrece una línea de autobús gratuita como
compensación.

La universidad participa con un estudio sobre la calidad del suelo. El estudio sobre la calidad del suelo
encontró plomo en dos de los catorce solares. Ambos terrenos recibirán tierra nueva antes de la siembra.

Los primeros huertos abrirán la próxima primavera. El consistorio prevé que otras ciudades de la provincia
podrán copiar el reglamento.
""",
    "Valdeluz aprueba sus huertos urbanos",
    "es",
)

ALL = (HARBOUR, GUIDE, GERMAN, FRENCH, SPANISH)

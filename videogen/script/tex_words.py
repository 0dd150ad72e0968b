"""The words for the signs of a formula, by language: a row for each phrase of English, a column for each other language.

A phrase that a language has no word for is a dash: a formula that needs it is announced rather than said half in English.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

LANGUAGES = ("de", "fr", "es", "it", "pt", "nl")

FORMULA = {
    "en": "the formula on the screen",
    "de": "die Formel im Bild",
    "fr": "la formule à l'écran",
    "es": "la fórmula en pantalla",
    "it": "la formula sullo schermo",
    "pt": "a fórmula na tela",
    "nl": "de formule in beeld",
    "pl": "wzór na ekranie",
    "sv": "formeln på skärmen",
    "da": "formlen på skærmen",
    "cs": "vzorec na obrazovce",
    "ru": "формула на экране",
    "uk": "формула на екрані",
    "tr": "ekrandaki formül",
    "ja": "画面の式",
    "zh": "屏幕上的公式",
    "ko": "화면의 수식",
    "ca": "la fórmula en pantalla",
    "nb": "formelen på skjermen",
    "no": "formelen på skjermen",
    "fi": "kaava",
    "hu": "a képlet",
    "ro": "formula de pe ecran",
    "sk": "vzorec na obrazovke",
    "hr": "formula na zaslonu",
    "sl": "formula na zaslonu",
    "bg": "формулата на екрана",
    "el": "ο τύπος στην οθόνη",
    "ar": "الصيغة",
    "he": "הנוסחה",
    "fa": "فرمول",
    "hi": "सूत्र",
    "th": "สูตร",
    "vi": "công thức",
    "id": "rumus",
}
"""What stands for a formula that is not read out, by language."""
SHORT = "formula"
"""What is said in a language that has no entry above: a word that many of them know."""


_TABLE = """
equals | ist gleich | égale | es igual a | è uguale a | é igual a | is gelijk aan
plus | plus | plus | más | più | mais | plus
minus | minus | moins | menos | meno | menos | min
plus or minus | plus minus | plus ou moins | más menos | più o meno | mais ou menos | plus of min
minus or plus | minus plus | moins ou plus | menos más | meno o più | menos ou mais | min of plus
times | mal | fois | por | per | vezes | maal
divided by | geteilt durch | divisé par | dividido entre | diviso | dividido por | gedeeld door
over | durch | sur | sobre | fratto | sobre | gedeeld door
{} over {} | {} durch {} | {} sur {} | {} sobre {} | {} fratto {} | {} sobre {} | {} gedeeld door {}
{} choose {} | {} über {} | {} parmi {}, | {} sobre {} | {} su {} | {} sobre {} | {} boven {}
is less than | ist kleiner als | est inférieur à | es menor que | è minore di | é menor que | is kleiner dan
is greater than | ist größer als | est supérieur à | es mayor que | è maggiore di | é maior que | is groter dan
is at most | ist höchstens | est inférieur ou égal à | es menor o igual que | è minore o uguale a | é menor ou igual a | is hoogstens
is at least | ist mindestens | est supérieur ou égal à | es mayor o igual que | è maggiore o uguale a | é maior ou igual a | is minstens
is much less than | ist viel kleiner als | est très inférieur à | es mucho menor que | è molto minore di | é muito menor que
    | is veel kleiner dan
is much greater than | ist viel größer als | est très supérieur à | es mucho mayor que | è molto maggiore di | é muito maior que
    | is veel groter dan
is not equal to | ist ungleich | est différent de | es distinto de | è diverso da | é diferente de | is ongelijk aan
is approximately | ist ungefähr | est environ | es aproximadamente | è circa | é aproximadamente | is ongeveer
is about | ist etwa | est environ | es aproximadamente | è circa | é aproximadamente | is ongeveer
is equivalent to | ist äquivalent zu | est équivalent à | es equivalente a | è equivalente a | é equivalente a | is equivalent met
is congruent to | ist kongruent zu | est congru à | es congruente con | è congruente a | é congruente com | is congruent met
is distributed as | ist verteilt wie | suit la loi | se distribuye como | è distribuito come | é distribuído como | is verdeeld als
is proportional to | ist proportional zu | est proportionnel à | es proporcional a | è proporzionale a | é proporcional a
    | is evenredig met
is defined as | ist definiert als | est défini par | se define como | è definito come | é definido como | is gedefinieerd als
factorial | Fakultät | factorielle | factorial | fattoriale | fatorial | faculteit
percent | Prozent | pour cent | por ciento | per cento | por cento | procent
prime | Strich | prime | prima | primo | linha | accent
double prime | zwei Strich | seconde | segunda | secondo | duas linhas | dubbel accent
star | Stern | étoile | asterisco | asterisco | asterisco | ster
degrees | Grad | degrés | grados | gradi | graus | graden
squared | hoch zwei | au carré | al cuadrado | al quadrato | ao quadrado | kwadraat
cubed | hoch drei | au cube | al cubo | al cubo | ao cubo | tot de derde
transpose | transponiert | transposée | traspuesta | trasposta | transposta | getransponeerd
to the power of {} | hoch {} | puissance {} | elevado a {} | elevato a {} | elevado a {} | tot de macht {}
sub {} | {} | indice {} | sub {} | con {} | índice {} | {}
of | von | de | de | di | de | van
to | nach | vers | a | a | para | naar
from | von | depuis | de | da | de | van
in | in | appartient à | pertenece a | appartiene a | pertence a | in
not in | nicht in | n'appartient pas à | no pertenece a | non appartiene a | não pertence a | niet in
maps to | wird abgebildet auf | a pour image | se aplica en | si associa a | é levado em | gaat naar
implies | daraus folgt | implique | implica | implica | implica | impliceert
is implied by | folgt aus | découle de | se deduce de | è implicato da | decorre de | volgt uit
if and only if | genau dann, wenn | si et seulement si | si y solo si | se e solo se | se e somente se | dan en slechts dan als
is a subset of | ist Teilmenge von | est inclus dans | es subconjunto de | è sottoinsieme di | é subconjunto de
    | is een deelverzameling van
contains | enthält | contient | contiene a | contiene | contém | bevat
union | vereinigt mit | union | unión | unione | união | verenigd met
intersection | geschnitten mit | inter | intersección | intersezione | interseção | doorsneden met
without | ohne | privé de | menos | meno | menos | zonder
the empty set | die leere Menge | l'ensemble vide | el conjunto vacío | l'insieme vuoto | o conjunto vazio | de lege verzameling
infinity | unendlich | l'infini | infinito | infinito | infinito | oneindig
partial | partiell | d rond | derivada parcial | derivata parziale | derivada parcial | partieel
nabla | Nabla | nabla | nabla | nabla | nabla | nabla
for all | für alle | pour tout | para todo | per ogni | para todo | voor alle
there exists | es gibt | il existe | existe | esiste | existe | er bestaat
there is no | es gibt kein | il n'existe pas | no existe | non esiste | não existe | er bestaat geen
not | nicht | non | no | non | não | niet
and | und | et | y | e | e | en
or | oder | ou | o | o | ou | of
given | gegeben | sachant | dado | dato | dado | gegeven
bar | quer | barre | barra | barra | barra | streep
hat | Dach | chapeau | gorro | cappello | chapéu | dakje
tilde | Schlange | tilde | tilde | tilde | til | tilde
dot | Punkt | point | punto | punto | ponto | punt
double dot | zwei Punkt | deux points | dos puntos | due punti | dois pontos | dubbele punt
vector {} | Vektor {} | vecteur {} | vector {} | vettore {} | vetor {} | vector {}
is parallel to | ist parallel zu | est parallèle à | es paralelo a | è parallelo a | é paralelo a | is evenwijdig met
is perpendicular to | steht senkrecht auf | est perpendiculaire à | es perpendicular a | è perpendicolare a | é perpendicular a
    | staat loodrecht op
and so on | und so weiter | et ainsi de suite | etcétera | e così via | e assim por diante | enzovoort
composed with | nach | rond | compuesta con | composto con | composta com | na
modulo | modulo | modulo | módulo | modulo | módulo | modulo
therefore | also | donc | por lo tanto | quindi | portanto | dus
because | weil | car | porque | perché | porque | omdat
l | l | l | l | l | l | l
h bar | h quer | h barre | h barra | h tagliato | h cortado | h-streep
the real part of | der Realteil von | la partie réelle de | la parte real de | la parte reale di | a parte real de | het reële deel van
the imaginary part of | der Imaginärteil von | la partie imaginaire de | la parte imaginaria de | la parte immaginaria di
    | a parte imaginária de | het imaginaire deel van
the floor of | abgerundet | la partie entière de | la parte entera de | la parte intera di | a parte inteira de | naar beneden afgerond
the sum | die Summe | la somme | la suma | la somma | a soma | de som
the product | das Produkt | le produit | el producto | il prodotto | o produto | het product
the integral | das Integral | l'intégrale | la integral | l'integrale | a integral | de integraal
the double integral | das Doppelintegral | l'intégrale double | la integral doble | l'integrale doppio | a integral dupla
    | de dubbele integraal
the union | die Vereinigung | l'union | la unión | l'unione | a união | de vereniging
the intersection | der Schnitt | l'intersection | la intersección | l'intersezione | a interseção | de doorsnede
the sum of | die Summe von | la somme de | la suma de | la somma di | a soma de | de som van
the integral of | das Integral von | l'intégrale de | la integral de | l'integrale di | a integral de | de integraal van
{} from {} to {} of | {} von {} bis {} über | {} de {} à {} de | {} desde {} hasta {} de | {} da {} a {} di | {} de {} até {} de
    | {} van {} tot {} van
{} over {} of | {} über {} von | {} sur {} de | {} sobre {} de | {} su {} di | {} sobre {} de | {} over {} van
{} of | {} von | {} de | {} de | {} di | {} de | {} van
{} as {} of | {} für {} von | {} quand {} de | {} cuando {} de | {} per {} di | {} quando {} de | {} voor {} van
goes to | gegen | tend vers | tiende a | tende a | tende a | naar
the limit | der Grenzwert | la limite | el límite | il limite | o limite | de limiet
the maximum | das Maximum | le maximum | el máximo | il massimo | o máximo | het maximum
the minimum | das Minimum | le minimum | el mínimo | il minimo | o mínimo | het minimum
the supremum | das Supremum | la borne supérieure | el supremo | l'estremo superiore | o supremo | het supremum
the infimum | das Infimum | la borne inférieure | el ínfimo | l'estremo inferiore | o ínfimo | het infimum
the sine of | Sinus | sinus | seno de | seno di | seno de | sinus
the cosine of | Kosinus | cosinus | coseno de | coseno di | cosseno de | cosinus
the tangent of | Tangens | tangente | tangente de | tangente di | tangente de | tangens
log | Logarithmus | logarithme | logaritmo | logaritmo | logaritmo | logaritme
the natural log of | Logarithmus naturalis | logarithme naturel | logaritmo natural de | logaritmo naturale di | logaritmo natural de
    | natuurlijke logaritme
exp | e hoch | exponentielle | exponencial | esponenziale | exponencial | e tot de macht
the determinant of | die Determinante von | le déterminant de | el determinante de | il determinante di | o determinante de
    | de determinant van
the dimension of | die Dimension von | la dimension de | la dimensión de | la dimensione di | a dimensão de | de dimensie van
the greatest common divisor of | der größte gemeinsame Teiler von | le plus grand commun diviseur de | el máximo común divisor de
    | il massimo comun divisore di | o máximo divisor comum de | de grootste gemene deler van
the probability of | die Wahrscheinlichkeit von | la probabilité de | la probabilidad de | la probabilità di | a probabilidade de
    | de kans op
the real numbers | den reellen Zahlen | l'ensemble des réels | los números reales | l'insieme dei numeri reali
    | o conjunto dos números reais | de reële getallen
the natural numbers | den natürlichen Zahlen | l'ensemble des entiers naturels | los números naturales | l'insieme dei numeri naturali
    | o conjunto dos números naturais | de natuurlijke getallen
the integers | den ganzen Zahlen | l'ensemble des entiers | los números enteros | l'insieme dei numeri interi
    | o conjunto dos números inteiros | de gehele getallen
the rational numbers | den rationalen Zahlen | l'ensemble des rationnels | los números racionales | l'insieme dei numeri razionali
    | o conjunto dos números racionais | de rationale getallen
the complex numbers | den komplexen Zahlen | l'ensemble des complexes | los números complejos | l'insieme dei numeri complessi
    | o conjunto dos números complexos | de complexe getallen
the square root of | die Wurzel aus | la racine carrée de | la raíz cuadrada de | la radice quadrata di | a raiz quadrada de
    | de wortel van
the square root of {} | die Wurzel aus {} | la racine carrée de {} | la raíz cuadrada de {} | la radice quadrata di {}
    | a raiz quadrada de {} | de wortel van {}
the cube root of {} | die dritte Wurzel aus {} | la racine cubique de {} | la raíz cúbica de {} | la radice cubica di {}
    | a raiz cúbica de {} | de derdemachtswortel van {}
the root of order {} of {} | die {}-te Wurzel aus {} | la racine d'ordre {} de {} | la raíz de orden {} de {}
    | la radice di ordine {} di {} | a raiz de ordem {} de {} | de wortel van orde {} van {}
the absolute value of {} | der Betrag von {} | la valeur absolue de {} | el valor absoluto de {} | il valore assoluto di {}
    | o valor absoluto de {} | de absolute waarde van {}
the norm of {} | die Norm von {} | la norme de {} | la norma de {} | la norma di {} | a norma de {} | de norm van {}
the absolute value of | der Betrag von | la valeur absolue de | el valor absoluto de | il valore assoluto di | o valor absoluto de
    | de absolute waarde van
the norm of | die Norm von | la norme de | la norma de | la norma di | a norma de | de norm van
the {} by {} matrix | die {} mal {} Matrix | la matrice {} sur {} | la matriz de {} por {} | la matrice {} per {} | a matriz {} por {}
    | de {} bij {} matrix
capital {} | groß {} | {} majuscule | {} mayúscula | {} maiuscola | {} maiúsculo | hoofdletter {}
aleph | Aleph | aleph | álef | aleph | álefe | alef
beth | Beth | beth | bet | beth | bete | beet
gimel | Gimel | gimel | guímel | ghimel | guímel | gimel
dalet | Daleth | daleth | dálet | daleth | dálete | dalet
angle | Winkel | angle | ángulo | angolo | ângulo | hoek
right angle | rechter Winkel | angle droit | ángulo recto | angolo retto | ângulo reto | rechte hoek
triangle | Dreieck | triangle | triángulo | triangolo | triângulo | driehoek
square | Quadrat | carré | cuadrado | quadrato | quadrado | vierkant
check mark | Häkchen | coche | marca de verificación | segno di spunta | marca de seleção | vinkje
dagger | Kreuz | croix | cruz | croce | cruz | kruis
double dagger | Doppelkreuz | double croix | doble cruz | doppia croce | cruz dupla | dubbel kruis
check | Hatschek | caron | carón | caron | caron | haček
acute | Akut | accent aigu | acento agudo | accento acuto | acento agudo | accent aigu
grave | Gravis | accent grave | acento grave | accento grave | acento grave | accent grave
breve | Breve | brève | breve | breve | breve | breve
ring | Ring | rond | anillo | anello | anel | ring
triple dot | drei Punkt | trois points | tres puntos | tre punti | três pontos | drie punten
four dots | vier Punkt | quatre points | cuatro puntos | quattro punti | quatro pontos | vier punten
underlined | unterstrichen | souligné | subrayado | sottolineato | sublinhado | onderstreept
top | oben | haut | arriba | alto | topo | boven
bottom | unten | bas | abajo | basso | base | onder
up | nach oben | vers le haut | hacia arriba | verso l'alto | para cima | omhoog
down | nach unten | vers le bas | hacia abajo | verso il basso | para baixo | omlaag
up and down | auf und ab | vers le haut et le bas | arriba y abajo | su e giù | para cima e para baixo | op en neer
to and from | hin und zurück | va-et-vient | ida y vuelta | andata e ritorno | ida e volta | heen en weer
in balance with | im Gleichgewicht mit | en équilibre avec | en equilibrio con | in equilibrio con | em equilíbrio com | in evenwicht met
does not go to | geht nicht nach | ne va pas vers | no va a | non va a | não vai para | gaat niet naar
does not imply | daraus folgt nicht | n'implique pas | no implica | non implica | não implica | impliceert niet
is not implied by | folgt nicht aus | ne découle pas de | no se deduce de | non è implicato da | não decorre de | volgt niet uit
is not equivalent to | ist nicht äquivalent zu | n'est pas équivalent à | no es equivalente a | non è equivalente a | não é equivalente a
    | is niet equivalent met
is not identical to | ist nicht identisch mit | n'est pas identique à | no es idéntico a | non è identico a | não é idêntico a
    | is niet identiek aan
is less or greater than | ist kleiner oder größer als | est inférieur ou supérieur à | es menor o mayor que | è minore o maggiore di
    | é menor ou maior que | is kleiner of groter dan
is neither less nor greater than | ist weder kleiner noch größer als | n'est ni inférieur ni supérieur à | no es ni menor ni mayor que
    | non è né minore né maggiore di | não é nem menor nem maior que | is noch kleiner noch groter dan
is a proper subset of | ist echte Teilmenge von | est strictement inclus dans | es subconjunto propio de | è sottoinsieme proprio di
    | é subconjunto próprio de | is een echte deelverzameling van
is not a subset of | ist keine Teilmenge von | n'est pas inclus dans | no es subconjunto de | non è sottoinsieme di | não é subconjunto de
    | is geen deelverzameling van
contains properly | enthält echt | contient strictement | contiene estrictamente a | contiene strettamente | contém propriamente
    | bevat strikt
does not contain | enthält nicht | ne contient pas | no contiene a | non contiene | não contém | bevat niet
is a normal subgroup of | ist Normalteiler von | est distingué dans | es subgrupo normal de | è sottogruppo normale di
    | é subgrupo normal de
    | is een normaaldeler van
is not a normal subgroup of | ist kein Normalteiler von | n'est pas distingué dans | no es subgrupo normal de
    | non è sottogruppo normale di | não é subgrupo normal de | is geen normaaldeler van
contains as a normal subgroup | hat als Normalteiler | a pour sous-groupe distingué | tiene como subgrupo normal a
    | ha come sottogruppo normale | tem como subgrupo normal | heeft als normaaldeler
does not contain as a normal subgroup | hat nicht als Normalteiler | n'a pas pour sous-groupe distingué
    | no tiene como subgrupo normal a | non ha come sottogruppo normale | não tem como subgrupo normal | heeft niet als normaaldeler
is not parallel to | ist nicht parallel zu | n'est pas parallèle à | no es paralelo a | non è parallelo a | não é paralelo a
    | is niet evenwijdig met
does not divide | teilt nicht | ne divise pas | no divide a | non divide | não divide | deelt niet
models | erfüllt | satisfait | satisface | soddisfa | satisfaz | voldoet aan
proves | beweist | démontre | demuestra | dimostra | demonstra | bewijst
does not prove | beweist nicht | ne démontre pas | no demuestra | non dimostra | não demonstra | bewijst niet
at | bei | en | en | in | em | in
norm | Norm | norme | norma | norma | norma | norm
section | Paragraph | section | sección | paragrafo | seção | paragraaf
paragraph | Absatz | paragraphe | párrafo | paragrafo | parágrafo | alinea
dash | Strich | tiret | raya | trattino | travessão | streepje
number | Nummer | numéro | número | numero | número | nummer
dollars | Dollar | dollars | dólares | dollari | dólares | dollar
pounds | Pfund | livres | libras | sterline | libras | pond
cents | Cent | cents | centavos | centesimi | centavos | cent
yen | Yen | yens | yenes | yen | ienes | yen
per mille | Promille | pour mille | por mil | per mille | por mil | promille
hearts | Herz | cœur | corazón | cuori | copas | harten
diamonds | Karo | carreau | diamante | quadri | ouros | ruiten
clubs | Kreuz | trèfle | trébol | fiori | paus | klaveren
spades | Pik | pique | pica | picche | espadas | schoppen
sharp | Kreuz | dièse | sostenido | diesis | sustenido | kruis
flat | B | bémol | bemol | bemolle | bemol | mol
natural | Auflösungszeichen | bécarre | becuadro | bequadro | bequadro | herstellingsteken
p | p | p | p | p | p | p
i | i | i | i | i | i | i
j | j | j | j | j | j | j
the change of | die Änderung von | la variation de | el cambio de | la variazione di | a variação de | de verandering van
the complement of | das Komplement von | le complémentaire de | el complemento de | il complemento di | o complemento de
    | het complement van
the ceiling of | aufgerundet | la partie entière par excès de | el techo de | la parte intera superiore di | o teto de | naar boven afgerond
the triple integral | das Dreifachintegral | l'intégrale triple | la integral triple | l'integrale triplo | a integral tripla
    | de drievoudige integraal
the quadruple integral | das Vierfachintegral | l'intégrale quadruple | la integral cuádruple | l'integrale quadruplo
    | a integral quádrupla | de viervoudige integraal
the contour integral | das Kurvenintegral | l'intégrale curviligne | la integral de contorno | l'integrale curvilineo
    | a integral de contorno | de kringintegraal
the surface integral | das Oberflächenintegral | l'intégrale de surface | la integral de superficie | l'integrale di superficie
    | a integral de superfície | de oppervlakte-integraal
the volume integral | das Volumenintegral | l'intégrale de volume | la integral de volumen | l'integrale di volume
    | a integral de volume | de volume-integraal
the coproduct | das Koprodukt | le coproduit | el coproducto | il coprodotto | o coproduto | het coproduct
the direct sum | die direkte Summe | la somme directe | la suma directa | la somma diretta | a soma direta | de directe som
the conjunction | die Konjunktion | la conjonction | la conjunción | la congiunzione | a conjunção | de conjunctie
the disjunction | die Disjunktion | la disjonction | la disyunción | la disgiunzione | a disjunção | de disjunctie
the upper limit | der obere Grenzwert | la limite supérieure | el límite superior | il limite superiore | o limite superior
    | de bovenste limiet
the lower limit | der untere Grenzwert | la limite inférieure | el límite inferior | il limite inferiore | o limite inferior
    | de onderste limiet
the arg max | das arg max | l'argument du maximum | el argumento del máximo | l'argomento del massimo | o argumento do máximo
    | het arg max
the arg min | das arg min | l'argument du minimum | el argumento del mínimo | l'argomento del minimo | o argumento do mínimo
    | het arg min
the argument of | das Argument von | l'argument de | el argumento de | l'argomento di | o argumento de | het argument van
the degree of | der Grad von | le degré de | el grado de | il grado di | o grau de | de graad van
the kernel of | der Kern von | le noyau de | el núcleo de | il nucleo di | o núcleo de | de kern van
hom | Hom | hom | hom | hom | hom | hom
the cotangent of | Kotangens | cotangente | cotangente de | cotangente di | cotangente de | cotangens
the secant of | Sekans | sécante | secante de | secante di | secante de | secans
the cosecant of | Kosekans | cosécante | cosecante de | cosecante di | cossecante de | cosecans
the arc sine of | Arkussinus | arc sinus | arcoseno de | arcoseno di | arco seno de | arcsinus
the arc cosine of | Arkuskosinus | arc cosinus | arcocoseno de | arcocoseno di | arco cosseno de | arccosinus
the arc tangent of | Arkustangens | arc tangente | arcotangente de | arcotangente di | arco tangente de | arctangens
the hyperbolic sine of | Sinus hyperbolicus | sinus hyperbolique | seno hiperbólico de | seno iperbolico di | seno hiperbólico de
    | sinus hyperbolicus
the hyperbolic cosine of | Kosinus hyperbolicus | cosinus hyperbolique | coseno hiperbólico de | coseno iperbolico di
    | cosseno hiperbólico de | cosinus hyperbolicus
the hyperbolic tangent of | Tangens hyperbolicus | tangente hyperbolique | tangente hiperbólica de | tangente iperbolica di
    | tangente hiperbólica de | tangens hyperbolicus
the hyperbolic cotangent of | Kotangens hyperbolicus | cotangente hyperbolique | cotangente hiperbólica de | cotangente iperbolica di
    | cotangente hiperbólica de | cotangens hyperbolicus
"""


class NoWord(Exception):
    """A language has no word for a phrase."""


def rows() -> list[list[str]]:
    """Return the rows of the table: a phrase of English, and what the others of LANGUAGES say.

    A row may go on in a line that is indented.
    """
    return [[cell.strip() for cell in row.split(" | ")] for row in re.sub(r"\n +", " ", _TABLE.strip()).split("\n")]


@lru_cache(maxsize=1)
def _tables() -> Mapping[str, Mapping[str, str]]:
    return {language: {row[0]: row[column] for row in rows() if row[column] != "-"} for column, language in enumerate(LANGUAGES, start=1)}


def phrase(english: str, language: str) -> str:
    """Return a phrase of a formula in a language of LANGUAGES, or in English for "en". Raises NoWord.

    Signs alone are the same everywhere.
    """
    if language == "en" or not any(map(str.isalpha, english)):
        return english
    try:
        return _tables()[language][english]
    except KeyError:
        raise NoWord(english) from None

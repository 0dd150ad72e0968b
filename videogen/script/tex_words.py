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

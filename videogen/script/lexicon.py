"""The video's own words, a language at a time: what stands for a sign, and what is said of a scene that is not read out.

A language that is not here gets no words of ours: its signs are passed over, and its code and tables are shown without a word.
"""

from __future__ import annotations

from dataclasses import dataclass

from videogen.script.languages import AUTO, primary

Phrases = tuple[str, ...]


@dataclass(frozen=True)
class Lexicon:
    """The words of one language.

    `units` are (sign, name of one, name of several). Of several phrases one follows the other, so that a video does not repeat itself;
    `{name}` is a programming language, `{columns}` a table's columns, `{before}` and `{after}` the labels of two pieces of code.
    `callouts` are the titles of callouts without one, by the English word.
    """

    dot: str = " "
    at: str = " "
    slash: str = " "
    line: str = ""
    lines: str = ""
    to: str = " "
    or_: str = ", "
    and_: str = ", "
    comma: str = ", "
    point: str = "."
    version: str = ""
    code: str = ""
    link: str = ""
    signs: tuple[tuple[str, str], ...] = ()
    phrases: tuple[tuple[str, str], ...] = ()
    units: tuple[tuple[str, str, str], ...] = ()
    currencies: tuple[tuple[str, str], ...] = ()
    code_signs: tuple[tuple[str, str], ...] = ()
    code_in: Phrases = ()
    code_here: Phrases = ()
    compared: Phrases = ()
    compared_of: Phrases = ()
    command: Phrases = ()
    commands: Phrases = ()
    equation: Phrases = ()
    diagram: Phrases = ()
    chart: Phrases = ()
    table_of: Phrases = ()
    table: Phrases = ()
    next_page: Phrases = ()
    last_page: Phrases = ()
    before: str = "Before"
    after: str = "After"
    shell_name: str = "Shell"
    callouts: tuple[tuple[str, str], ...] = ()


def _pairs(written: str) -> tuple[tuple[str, str], ...]:
    """Return `sign words; sign words` as pairs."""
    pairs = (pair.strip().partition(" ") for pair in written.split(";"))
    return tuple((sign, words.strip()) for sign, _, words in pairs if sign)


def _signs(written: str, *, spaced: bool = True) -> tuple[tuple[str, str], ...]:
    """Return signs and their words, with white space around them in languages that separate words."""
    return tuple((sign, f" {words} " if spaced else words) for sign, words in _pairs(written))


def _units(written: str) -> tuple[tuple[str, str, str], ...]:
    """Return `sign one / several; sign both`, the longest sign first."""
    entries = ((sign, *words.split(" / ")) for sign, words in _pairs(written))
    return tuple(sorted(((sign, names[0], names[-1]) for sign, *names in entries), key=lambda unit: -len(unit[0])))


_ENGLISH = Lexicon(
    dot=" dot ",
    at=" at ",
    line="line",
    lines="lines",
    to=" to ",
    or_=" or ",
    code="this code",
    link="this address",
    signs=_signs("& and; × times; ÷ divided by; ≤ at most; ≥ at least; ≠ is not; ≈ about; ± plus or minus; − minus; § section; № number"),
    phrases=(
        (r"\be\.\s?g\.,?", "for example"),
        (r"\bi\.\s?e\.,?", "that is"),
        (r"\bvs\.?(?=\s)", "versus"),
        (r"\band/or\b", "and or"),
        (r"#(?=\d)", "number "),
        (r"~(?=\d)", "about "),
        (r"(?<=[\w)])\^(?=-?[\w(])", " to the power of "),
        (r"(?<=\w)²", " squared"),
        (r"(?<=\w)³", " cubed"),
        (r"(?<=\w) = (?=\w)", " equals "),
        (r"\b([CF])#(?!\w)", r"\1 sharp"),
        (r"(?<=[\w)])/s\b", " per second"),
        (r"(?<=\d) ?ms\b", " milliseconds"),
        (r"(?<![\w.])1s\b", "1 second"),
        (r"(?<![\w.])(?<!the )(?<!late )(?<!early )(\d{1,3}(?:\.\d+)?)s\b(?!')", r"\1 seconds"),
    ),
    code_signs=(
        ("===", "equals"),
        ("==", "equals"),
        ("!=", "is not"),
        ("->", "to"),
        ("=>", "to"),
        ("&&", "and"),
        ("||", "or"),
        ("=", "equals"),
        ("+", "plus"),
        ("&", "and"),
        ("*", "star"),
        ("#", "hash"),
        ("_", "underscore"),
        ("/", "slash"),
        ("\\", "backslash"),
        (".", "dot"),
        (",", "comma"),
        (":", "colon"),
        (";", "semicolon"),
        ("|", "pipe"),
        ("@", "at"),
        ("~", "tilde"),
        ("`", "backtick"),
        ("%", "percent"),
        ("$", "dollar"),
        ("!", "exclamation mark"),
        ("?", "question mark"),
        ("<", "less than"),
        (">", "greater than"),
        ("-", "dash"),
        ("--", "two dashes"),
        ("---", "three dashes"),
        ("{}", "braces"),
        ("[]", "brackets"),
        ("()", "parentheses"),
    ),
    and_=" and ",
    slash=" slash ",
    point=" point ",
    version="version ",
    units=_units(
        "km/h kilometer per hour / kilometers per hour; km kilometer / kilometers; cm centimeter / centimeters; "
        "mm millimeter / millimeters; m meter / meters; kg kilogram / kilograms; mg milligram / milligrams; "
        "g gram / grams; ml milliliter / milliliters;"
        "kB kilobyte / kilobytes; KB kilobyte / kilobytes; MB megabyte / megabytes; GB gigabyte / gigabytes; TB terabyte / terabytes;"
        "Hz hertz; kHz kilohertz; MHz megahertz; GHz gigahertz; kW kilowatt / kilowatts; kWh kilowatt hour / kilowatt hours;"
        "°C degree Celsius / degrees Celsius; °F degree Fahrenheit / degrees Fahrenheit; min minute / minutes;"
        "fps frame per second / frames per second"
    ),
    code_in=(
        "Here is the code in {name}.",
        "In {name}, it looks like this.",
        "This is how it reads in {name}.",
        "The {name} code is on the screen.",
    ),
    code_here=("Here is the code.", "It looks like this.", "This is how it reads.", "The code is on the screen."),
    compared=("Here it is before and after.", "Compare the two: before and after."),
    compared_of=("Compare the two: {before}, and {after}.", "On one side {before}, on the other {after}."),
    command=("Here is what to type.", "In the terminal, it looks like this.", "The terminal shows it."),
    commands=("Here is what to type, and what it answers.", "In the terminal, it looks like this.", "The terminal shows it."),
    equation=("Here is the formula.", "Written as a formula, it looks like this.", "The formula says it."),
    diagram=("Here it is as a diagram.", "The diagram shows how it fits together.", "This is the picture of it."),
    chart=("Here it is as a chart.", "The chart shows it.", "This is how it looks as a chart."),
    table_of=("Here is a table of {columns}.", "The table shows {columns}.", "Side by side: {columns}."),
    table=("Here is the table.",),
    next_page=("It goes on.", "There is more of it.", "And further."),
    last_page=("And the rest of it.",),
    shell_name="the shell",
)

_GERMAN = Lexicon(
    dot=" Punkt ",
    at=" ät ",
    slash=" Schrägstrich ",
    line="Zeile",
    lines="Zeilen",
    to=" bis ",
    or_=" oder ",
    and_=" und ",
    point=" Punkt ",
    version="Version ",
    code="dieser Code",
    link="diese Adresse",
    signs=_signs(
        "& und; × mal; ÷ geteilt durch; ≤ höchstens; ≥ mindestens; ≠ ungleich; ≈ etwa; ± plus oder minus; − minus; § Paragraf; № Nummer"
    ),
    phrases=(
        (r"\bz\.\s?B\.", "zum Beispiel"),
        (r"\bd\.\s?h\.", "das heißt"),
        (r"\bu\.\s?a\.", "unter anderem"),
        (r"\busw\.", "und so weiter"),
        (r"\bbzw\.", "beziehungsweise"),
        (r"\bca\.", "circa"),
        (r"#(?=\d)", "Nummer "),
        (r"~(?=\d)", "etwa "),
        (r"(?<=\w)²", " Quadrat"),
        (r"\bund/oder\b", "und oder"),
    ),
    units=_units(
        "km/h Kilometer pro Stunde; km Kilometer; cm Zentimeter; mm Millimeter; m Meter; kg Kilogramm; g Gramm; "
        "ml Milliliter; l Liter; kB Kilobyte; MB Megabyte; GB Gigabyte; TB Terabyte; ms Millisekunde / Millisekunden; "
        "s Sekunde / Sekunden; min Minute / Minuten; Min. Minute / Minuten; h Stunde / Stunden; °C Grad Celsius"
    ),
    currencies=_pairs("$ Dollar; € Euro; £ Pfund; ¥ Yen"),
    code_in=(
        "Hier ist der Code in {name}.",
        "In {name} sieht das so aus.",
        "So liest es sich in {name}.",
        "Der Code in {name} steht auf dem Bildschirm.",
    ),
    code_here=("Hier ist der Code.", "Das sieht so aus.", "So liest es sich.", "Der Code steht auf dem Bildschirm."),
    compared=("Hier der Vergleich: vorher und nachher.", "Vorher und nachher im Vergleich."),
    compared_of=("Im Vergleich: {before} und {after}.", "Auf der einen Seite {before}, auf der anderen {after}."),
    command=("Das wird eingegeben.", "Im Terminal sieht das so aus.", "Das Terminal zeigt es."),
    commands=("Das wird eingegeben, und das ist die Antwort.", "Im Terminal sieht das so aus.", "Das Terminal zeigt es."),
    equation=("Hier ist die Formel.", "Als Formel geschrieben sieht das so aus.", "Die Formel sagt es."),
    diagram=("Hier ist das Diagramm.", "Das Diagramm zeigt den Zusammenhang.", "So sieht es im Bild aus."),
    chart=("Hier sind die Zahlen als Diagramm.", "Das Diagramm zeigt es.", "So sieht es als Diagramm aus."),
    table_of=("Hier ist eine Tabelle mit {columns}.", "Die Tabelle zeigt {columns}.", "Nebeneinander: {columns}."),
    table=("Hier ist die Tabelle.",),
    next_page=("Es geht weiter.", "Hier ist mehr davon.", "Und weiter."),
    last_page=("Und der Rest davon.",),
    shell_name="der Shell",
    before="Vorher",
    after="Nachher",
    callouts=_pairs(
        "note Hinweis; info Info; tip Tipp; hint Tipp; important Wichtig; attention Achtung; warning Warnung; "
        "caution Vorsicht; danger Gefahr; example Beispiel; question Frage; success Erfolg; error Fehler; "
        "bug Fehler; failure Fehler; quote Zitat; summary Zusammenfassung; abstract Zusammenfassung; "
        "todo Zu tun; see-also Siehe auch"
    ),
)

_FRENCH = Lexicon(
    dot=" point ",
    at=" arobase ",
    slash=" barre oblique ",
    line="ligne",
    lines="lignes",
    to=" à ",
    or_=" ou ",
    and_=" et ",
    point=" point ",
    version="version ",
    code="ce code",
    link="cette adresse",
    signs=_signs("& et; × fois; ÷ divisé par; ≤ au plus; ≥ au moins; ≠ différent de; ≈ environ; ± plus ou moins; − moins; № numéro"),
    phrases=(
        (r"\bp\.\s?ex\.", "par exemple"),
        (r"\bc\.-à-d\.", "c'est-à-dire"),
        (r"\bM\.(?=\s[A-Z])", "Monsieur"),
        (r"\bMM\.(?=\s[A-Z])", "Messieurs"),
        (r"\bMme\b", "Madame"),
        (r"#(?=\d)", "numéro "),
        (r"\bn°\s?(?=\d)", "numéro "),
        (r"~(?=\d)", "environ "),
        (r"(?<=\w)²", " au carré"),
        (r"\bet/ou\b", "et ou"),
    ),
    units=_units(
        "km/h kilomètre par heure / kilomètres par heure; km kilomètre / kilomètres; cm centimètre / centimètres; "
        "mm millimètre / millimètres; m mètre / mètres; kg kilogramme / kilogrammes; g gramme / grammes; "
        "ml millilitre / millilitres; l litre / litres; ko kilooctet / kilooctets; Mo mégaoctet / mégaoctets; "
        "Go gigaoctet / gigaoctets; GB gigaoctet / gigaoctets; MB mégaoctet / mégaoctets; "
        "ms milliseconde / millisecondes; s seconde / secondes; min minute / minutes; °C degré Celsius / degrés Celsius"
    ),
    currencies=_pairs("$ dollars; € euros; £ livres; ¥ yens"),
    code_in=(
        "Voici le code en {name}.",
        "En {name}, cela donne ceci.",
        "Voici comment cela s'écrit en {name}.",
        "Le code {name} est à l'écran.",
    ),
    code_here=("Voici le code.", "Cela donne ceci.", "Voici comment cela s'écrit.", "Le code est à l'écran."),
    compared=("Voici l'avant et l'après.", "Comparons : avant et après."),
    compared_of=("Comparons : {before} et {after}.", "D'un côté {before}, de l'autre {after}."),
    command=("Voici ce qu'il faut taper.", "Dans le terminal, cela donne ceci.", "Le terminal le montre."),
    commands=("Voici ce qu'il faut taper, et la réponse.", "Dans le terminal, cela donne ceci.", "Le terminal le montre."),
    equation=("Voici la formule.", "Sous forme de formule, cela donne ceci.", "La formule le dit."),
    diagram=("Voici le schéma.", "Le schéma montre l'ensemble.", "En image, cela donne ceci."),
    chart=("Voici le graphique.", "Le graphique le montre.", "En graphique, cela donne ceci."),
    table_of=("Voici un tableau : {columns}.", "Le tableau présente {columns}.", "Côte à côte : {columns}."),
    table=("Voici le tableau.",),
    next_page=("Ce n'est pas tout.", "Il y en a encore.", "Et la suite."),
    last_page=("Et voici la fin.",),
    shell_name="shell",
    before="Avant",
    after="Après",
    callouts=_pairs(
        "note Remarque; info Info; tip Astuce; hint Indice; important Important; attention Attention; "
        "warning Avertissement; caution Attention; danger Danger; example Exemple; question Question; "
        "success Succès; error Erreur; bug Bogue; failure Échec; quote Citation; summary Résumé; "
        "abstract Résumé; todo À faire; see-also Voir aussi"
    ),
)

_SPANISH = Lexicon(
    dot=" punto ",
    at=" arroba ",
    slash=" barra ",
    line="línea",
    lines="líneas",
    to=" a ",
    or_=" o ",
    and_=" y ",
    point=" punto ",
    version="versión ",
    code="este código",
    link="esta dirección",
    signs=_signs(
        "& y; × por; ÷ dividido por; ≤ como máximo; ≥ al menos; ≠ distinto de; ≈ aproximadamente; ± más o menos; − menos; № número"
    ),
    phrases=(
        (r"\bp\.\s?ej\.", "por ejemplo"),
        (r"\bEE\.\s?UU\.", "Estados Unidos"),
        (r"\bSr\.", "señor"),
        (r"\bSra\.", "señora"),
        (r"#(?=\d)", "número "),
        (r"~(?=\d)", "aproximadamente "),
        (r"(?<=\w)²", " al cuadrado"),
        (r"\by/o\b", "y o"),
    ),
    units=_units(
        "km/h kilómetro por hora / kilómetros por hora; km kilómetro / kilómetros; cm centímetro / centímetros; "
        "mm milímetro / milímetros; m metro / metros; kg kilogramo / kilogramos; g gramo / gramos; "
        "ml mililitro / mililitros; l litro / litros; kB kilobyte / kilobytes; MB megabyte / megabytes; "
        "GB gigabyte / gigabytes; ms milisegundo / milisegundos; s segundo / segundos; min minuto / minutos; "
        "°C grado Celsius / grados Celsius"
    ),
    currencies=_pairs("$ dólares; € euros; £ libras; ¥ yenes"),
    code_in=(
        "Aquí está el código en {name}.",
        "En {name} queda así.",
        "Así se escribe en {name}.",
        "El código en {name} está en pantalla.",
    ),
    code_here=("Aquí está el código.", "Queda así.", "Así se escribe.", "El código está en pantalla."),
    compared=("Aquí está el antes y el después.", "Comparemos: antes y después."),
    compared_of=("Comparemos: {before} y {after}.", "A un lado, {before}; al otro, {after}."),
    command=("Esto es lo que hay que escribir.", "En la terminal se ve así.", "La terminal lo muestra."),
    commands=("Esto es lo que hay que escribir, y esta es la respuesta.", "En la terminal se ve así.", "La terminal lo muestra."),
    equation=("Aquí está la fórmula.", "Escrito como fórmula, queda así.", "La fórmula lo dice."),
    diagram=("Aquí está el diagrama.", "El diagrama muestra cómo encaja todo.", "En imagen, queda así."),
    chart=("Aquí está el gráfico.", "El gráfico lo muestra.", "Así se ve en un gráfico."),
    table_of=("Aquí hay una tabla de {columns}.", "La tabla muestra {columns}.", "Lado a lado: {columns}."),
    table=("Aquí está la tabla.",),
    next_page=("Sigue.", "Hay más.", "Y continúa."),
    last_page=("Y el resto.",),
    shell_name="shell",
    before="Antes",
    after="Después",
    callouts=_pairs(
        "note Nota; info Información; tip Consejo; hint Pista; important Importante; attention Atención; "
        "warning Advertencia; caution Precaución; danger Peligro; example Ejemplo; question Pregunta; "
        "success Éxito; error Error; bug Error; failure Fallo; quote Cita; summary Resumen; abstract Resumen; "
        "todo Por hacer; see-also Ver también"
    ),
)

_ITALIAN = Lexicon(
    dot=" punto ",
    at=" chiocciola ",
    slash=" barra ",
    line="riga",
    lines="righe",
    to=" a ",
    or_=" o ",
    and_=" e ",
    point=" punto ",
    version="versione ",
    code="questo codice",
    link="questo indirizzo",
    signs=_signs("& e; × per; ÷ diviso; ≤ al massimo; ≥ almeno; ≠ diverso da; ≈ circa; ± più o meno; − meno; № numero"),
    phrases=(
        (r"\bp\.\s?es\.", "per esempio"),
        (r"\bad es\.", "ad esempio"),
        (r"\becc\.", "eccetera"),
        (r"#(?=\d)", "numero "),
        (r"\bn\.\s?(?=\d)", "numero "),
        (r"~(?=\d)", "circa "),
        (r"(?<=\w)²", " al quadrato"),
        (r"\be/o\b", "e o"),
    ),
    units=_units(
        "km/h chilometro all'ora / chilometri all'ora; km chilometro / chilometri; cm centimetro / centimetri; "
        "mm millimetro / millimetri; m metro / metri; kg chilogrammo / chilogrammi; g grammo / grammi; "
        "ml millilitro / millilitri; l litro / litri; kB kilobyte; MB megabyte; GB gigabyte; "
        "ms millisecondo / millisecondi; s secondo / secondi; min minuto / minuti; °C grado Celsius / gradi Celsius"
    ),
    currencies=_pairs("$ dollari; € euro; £ sterline; ¥ yen"),
    code_in=(
        "Ecco il codice in {name}.",
        "In {name} si presenta così.",
        "Così si scrive in {name}.",
        "Il codice in {name} è sullo schermo.",
    ),
    code_here=("Ecco il codice.", "Si presenta così.", "Così si scrive.", "Il codice è sullo schermo."),
    compared=("Ecco il prima e il dopo.", "A confronto: prima e dopo."),
    compared_of=("A confronto: {before} e {after}.", "Da una parte {before}, dall'altra {after}."),
    command=("Ecco che cosa digitare.", "Nel terminale si presenta così.", "Lo mostra il terminale."),
    commands=("Ecco che cosa digitare, e la risposta.", "Nel terminale si presenta così.", "Lo mostra il terminale."),
    equation=("Ecco la formula.", "Scritto come formula, è così.", "Lo dice la formula."),
    diagram=("Ecco lo schema.", "Lo schema mostra l'insieme.", "In un'immagine è così."),
    chart=("Ecco il grafico.", "Lo mostra il grafico.", "In un grafico è così."),
    table_of=("Ecco una tabella: {columns}.", "La tabella mostra {columns}.", "Fianco a fianco: {columns}."),
    table=("Ecco la tabella.",),
    next_page=("Continua.", "C'è dell'altro.", "E ancora."),
    last_page=("Ed ecco il resto.",),
    shell_name="shell",
    before="Prima",
    after="Dopo",
    callouts=_pairs(
        "note Nota; info Informazione; tip Suggerimento; hint Suggerimento; important Importante; "
        "attention Attenzione; warning Avviso; caution Attenzione; danger Pericolo; example Esempio; "
        "question Domanda; success Successo; error Errore; bug Errore; failure Errore; quote Citazione; "
        "summary Riepilogo; abstract Riepilogo; todo Da fare; see-also Vedi anche"
    ),
)

_PORTUGUESE = Lexicon(
    dot=" ponto ",
    at=" arroba ",
    slash=" barra ",
    line="linha",
    lines="linhas",
    to=" a ",
    or_=" ou ",
    and_=" e ",
    point=" ponto ",
    version="versão ",
    code="este código",
    link="este endereço",
    signs=_signs("& e; × vezes; ÷ dividido por; ≤ no máximo; ≥ pelo menos; ≠ diferente de; ≈ cerca de; ± mais ou menos; − menos; № número"),
    phrases=(
        (r"\bp\.\s?ex\.", "por exemplo"),
        (r"\bSr\.", "senhor"),
        (r"\bSra\.", "senhora"),
        (r"#(?=\d)", "número "),
        (r"\bn\.º\s?(?=\d)", "número "),
        (r"~(?=\d)", "cerca de "),
        (r"(?<=\w)²", " ao quadrado"),
        (r"\be/ou\b", "e ou"),
    ),
    units=_units(
        "km/h quilômetro por hora / quilômetros por hora; km quilômetro / quilômetros; cm centímetro / centímetros; "
        "mm milímetro / milímetros; m metro / metros; kg quilograma / quilogramas; g grama / gramas; "
        "ml mililitro / mililitros; l litro / litros; kB kilobyte / kilobytes; MB megabyte / megabytes; "
        "GB gigabyte / gigabytes; ms milissegundo / milissegundos; s segundo / segundos; min minuto / minutos; "
        "°C grau Celsius / graus Celsius"
    ),
    currencies=_pairs("R$ reais; $ dólares; € euros; £ libras; ¥ ienes"),
    code_in=(
        "Aqui está o código em {name}.",
        "Em {name}, fica assim.",
        "É assim que se escreve em {name}.",
        "O código em {name} está na tela.",
    ),
    code_here=("Aqui está o código.", "Fica assim.", "É assim que se escreve.", "O código está na tela."),
    compared=("Aqui estão o antes e o depois.", "Em comparação: antes e depois."),
    compared_of=("Em comparação: {before} e {after}.", "De um lado {before}, do outro {after}."),
    command=("Isto é o que se digita.", "No terminal, fica assim.", "O terminal mostra."),
    commands=("Isto é o que se digita, e a resposta.", "No terminal, fica assim.", "O terminal mostra."),
    equation=("Aqui está a fórmula.", "Escrito como fórmula, fica assim.", "A fórmula diz tudo."),
    diagram=("Aqui está o diagrama.", "O diagrama mostra como tudo se encaixa.", "Em imagem, fica assim."),
    chart=("Aqui está o gráfico.", "O gráfico mostra.", "Em gráfico, fica assim."),
    table_of=("Aqui está uma tabela de {columns}.", "A tabela mostra {columns}.", "Lado a lado: {columns}."),
    table=("Aqui está a tabela.",),
    next_page=("E continua.", "Há mais.", "E segue."),
    last_page=("E o restante.",),
    shell_name="shell",
    before="Antes",
    after="Depois",
    callouts=_pairs(
        "note Nota; info Informação; tip Dica; hint Dica; important Importante; attention Atenção; "
        "warning Aviso; caution Cuidado; danger Perigo; example Exemplo; question Pergunta; success Sucesso; "
        "error Erro; bug Erro; failure Falha; quote Citação; summary Resumo; abstract Resumo; todo A fazer; "
        "see-also Ver também"
    ),
)

_DUTCH = Lexicon(
    dot=" punt ",
    at=" apenstaartje ",
    slash=" schuine streep ",
    line="regel",
    lines="regels",
    to=" tot ",
    or_=" of ",
    and_=" en ",
    point=" punt ",
    version="versie ",
    code="deze code",
    link="dit adres",
    signs=_signs("& en; × keer; ÷ gedeeld door; ≤ hoogstens; ≥ minstens; ≠ ongelijk aan; ≈ ongeveer; ± plus of min; − min; № nummer"),
    phrases=(
        (r"\bbijv\.", "bijvoorbeeld"),
        (r"\bd\.w\.z\.", "dat wil zeggen"),
        (r"\benz\.", "enzovoort"),
        (r"\bo\.a\.", "onder andere"),
        (r"#(?=\d)", "nummer "),
        (r"~(?=\d)", "ongeveer "),
        (r"(?<=\w)²", " kwadraat"),
        (r"\ben/of\b", "en of"),
    ),
    units=_units(
        "km/h kilometer per uur; km kilometer; cm centimeter; mm millimeter; m meter; kg kilogram; g gram; "
        "ml milliliter; l liter; kB kilobyte; MB megabyte; GB gigabyte; ms milliseconde / milliseconden; "
        "s seconde / seconden; min minuut / minuten; °C graad Celsius / graden Celsius"
    ),
    currencies=_pairs("$ dollar; € euro; £ pond; ¥ yen"),
    code_in=(
        "Hier is de code in {name}.",
        "In {name} ziet dat er zo uit.",
        "Zo schrijf je het in {name}.",
        "De code in {name} staat op het scherm.",
    ),
    code_here=("Hier is de code.", "Dat ziet er zo uit.", "Zo schrijf je het.", "De code staat op het scherm."),
    compared=("Hier zie je voor en na.", "Voor en na vergeleken."),
    compared_of=("Vergelijk de twee: {before} en {after}.", "Aan de ene kant {before}, aan de andere {after}."),
    command=("Dit typ je in.", "In de terminal ziet dat er zo uit.", "De terminal laat het zien."),
    commands=("Dit typ je in, en dit is het antwoord.", "In de terminal ziet dat er zo uit.", "De terminal laat het zien."),
    equation=("Hier is de formule.", "Als formule ziet dat er zo uit.", "De formule zegt het."),
    diagram=("Hier is het schema.", "Het schema laat de samenhang zien.", "In beeld ziet dat er zo uit."),
    chart=("Hier is de grafiek.", "De grafiek laat het zien.", "Als grafiek ziet dat er zo uit."),
    table_of=("Hier is een tabel met {columns}.", "De tabel toont {columns}.", "Naast elkaar: {columns}."),
    table=("Hier is de tabel.",),
    next_page=("Het gaat verder.", "Er is nog meer.", "En verder."),
    last_page=("En de rest.",),
    shell_name="de shell",
    before="Voor",
    after="Na",
    callouts=_pairs(
        "note Opmerking; info Info; tip Tip; hint Hint; important Belangrijk; attention Let op; "
        "warning Waarschuwing; caution Voorzichtig; danger Gevaar; example Voorbeeld; question Vraag; "
        "success Gelukt; error Fout; bug Fout; failure Mislukt; quote Citaat; summary Samenvatting; "
        "abstract Samenvatting; todo Te doen; see-also Zie ook"
    ),
)

_POLISH = Lexicon(
    dot=" kropka ",
    at=" małpa ",
    slash=" ukośnik ",
    line="wiersz",
    lines="wiersze",
    to=" do ",
    or_=" lub ",
    and_=" i ",
    point=" kropka ",
    version="wersja ",
    code="ten kod",
    link="ten adres",
    signs=_signs("& i; × razy; ÷ podzielone przez; ≤ co najwyżej; ≥ co najmniej; ≠ różne od; ≈ około; ± plus minus; − minus; № numer"),
    phrases=(
        (r"\bnp\.", "na przykład"),
        (r"\btzn\.", "to znaczy"),
        (r"\btj\.", "to jest"),
        (r"\bitd\.", "i tak dalej"),
        (r"\bm\.in\.", "między innymi"),
        (r"#(?=\d)", "numer "),
        (r"~(?=\d)", "około "),
        (r"(?<=\w)²", " do kwadratu"),
        (r"\bi/lub\b", "i lub"),
    ),
    code_in=(
        "Oto kod w języku {name}.",
        "W języku {name} wygląda to tak.",
        "Tak się to zapisuje w języku {name}.",
        "Kod w języku {name} jest na ekranie.",
    ),
    code_here=("Oto kod.", "Wygląda to tak.", "Tak się to zapisuje.", "Kod jest na ekranie."),
    compared=("Oto przed i po.", "Dla porównania: przed i po."),
    compared_of=("Dla porównania: {before} i {after}.", "Po jednej stronie {before}, po drugiej {after}."),
    command=("To należy wpisać.", "W terminalu wygląda to tak.", "Pokazuje to terminal."),
    commands=("To należy wpisać, a to jest odpowiedź.", "W terminalu wygląda to tak.", "Pokazuje to terminal."),
    equation=("Oto wzór.", "Zapisane wzorem wygląda to tak.", "Mówi o tym wzór."),
    diagram=("Oto schemat.", "Schemat pokazuje całość.", "Na rysunku wygląda to tak."),
    chart=("Oto wykres.", "Pokazuje to wykres.", "Na wykresie wygląda to tak."),
    table_of=("Oto tabela: {columns}.", "Tabela pokazuje: {columns}.", "Obok siebie: {columns}."),
    table=("Oto tabela.",),
    next_page=("To jeszcze nie wszystko.", "Jest tego więcej.", "I dalej."),
    last_page=("I pozostała część.",),
    shell_name="powłoki",
    before="Przed",
    after="Po",
    callouts=_pairs(
        "note Uwaga; info Informacja; tip Wskazówka; hint Podpowiedź; important Ważne; attention Uwaga; "
        "warning Ostrzeżenie; caution Ostrożnie; danger Niebezpieczeństwo; example Przykład; question Pytanie; "
        "success Sukces; error Błąd; bug Błąd; failure Niepowodzenie; quote Cytat; summary Podsumowanie; "
        "abstract Podsumowanie; todo Do zrobienia; see-also Zobacz też"
    ),
)

_RUSSIAN = Lexicon(
    dot=" точка ",
    at=" собака ",
    slash=" слэш ",
    line="строка",
    lines="строки",
    to=" до ",
    or_=" или ",
    and_=" и ",
    point=" точка ",
    version="версия ",
    code="этот код",
    link="этот адрес",
    signs=_signs("& и; × умножить на; ÷ разделить на; ≤ не больше; ≥ не меньше; ≠ не равно; ≈ примерно; ± плюс-минус; − минус; № номер"),
    phrases=(
        (r"\bт\.\s?е\.", "то есть"),
        (r"\bи т\.\s?д\.", "и так далее"),
        (r"\bи т\.\s?п\.", "и тому подобное"),
        (r"\bнапр\.", "например"),
        (r"#(?=\d)", "номер "),
        (r"~(?=\d)", "примерно "),
        (r"(?<=\w)²", " в квадрате"),
        (r"\bи/или\b", "и или"),
    ),
    code_in=("Вот код на {name}.", "На {name} это выглядит так.", "Так это пишется на {name}.", "Код на {name} показан на экране."),
    code_here=("Вот код.", "Это выглядит так.", "Так это пишется.", "Код показан на экране."),
    compared=("Вот как было и как стало.", "Сравним: до и после."),
    compared_of=("Сравним: {before} и {after}.", "С одной стороны {before}, с другой {after}."),
    command=("Вот что нужно ввести.", "В терминале это выглядит так.", "Это показано в терминале."),
    commands=("Вот что нужно ввести и каков ответ.", "В терминале это выглядит так.", "Это показано в терминале."),
    equation=("Вот формула.", "В виде формулы это выглядит так.", "Об этом говорит формула."),
    diagram=("Вот схема.", "Схема показывает, как всё устроено.", "На рисунке это выглядит так."),
    chart=("Вот график.", "Это видно на графике.", "На графике это выглядит так."),
    table_of=("Вот таблица: {columns}.", "В таблице: {columns}.", "Рядом: {columns}."),
    table=("Вот таблица.",),
    next_page=("Это ещё не всё.", "Есть продолжение.", "И далее."),
    last_page=("И остальное.",),
    shell_name="языке оболочки",
    before="До",
    after="После",
    callouts=_pairs(
        "note Примечание; info Информация; tip Совет; hint Подсказка; important Важно; attention Внимание; "
        "warning Предупреждение; caution Осторожно; danger Опасно; example Пример; question Вопрос; "
        "success Успех; error Ошибка; bug Ошибка; failure Неудача; quote Цитата; summary Кратко; "
        "abstract Кратко; todo Сделать; see-also Смотрите также"
    ),
)

_TURKISH = Lexicon(
    dot=" nokta ",
    at=" et ",
    slash=" bölü ",
    line="satır",
    lines="satırlar",
    to=" ile ",
    or_=" veya ",
    and_=" ve ",
    point=" nokta ",
    version="sürüm ",
    code="bu kod",
    link="bu adres",
    signs=_signs("& ve; × çarpı; ÷ bölü; ≤ en fazla; ≥ en az; ≠ eşit değil; ≈ yaklaşık; ± artı eksi; − eksi; № numara"),
    phrases=(
        (r"\börn\.", "örneğin"),
        (r"\bvb\.", "ve benzeri"),
        (r"\bvs\.", "vesaire"),
        (r"#(?=\d)", "numara "),
        (r"~(?=\d)", "yaklaşık "),
        (r"(?<=\w)²", " kare"),
        (r"\bve/veya\b", "ve veya"),
    ),
    units=_units("km kilometre; cm santimetre; m metre; kg kilogram; MB megabayt; GB gigabayt; ms milisaniye; °C santigrat derece"),
    currencies=_pairs("$ dolar; € avro; £ sterlin; ₺ lira"),
    code_in=("İşte {name} kodu.", "{name} dilinde şöyle görünür.", "{name} dilinde böyle yazılır.", "{name} kodu ekranda."),
    code_here=("İşte kod.", "Şöyle görünür.", "Böyle yazılır.", "Kod ekranda."),
    compared=("İşte öncesi ve sonrası.", "Karşılaştıralım: önce ve sonra."),
    compared_of=("Karşılaştıralım: {before} ve {after}.", "Bir yanda {before}, diğer yanda {after}."),
    command=("Yazılacak komut bu.", "Terminalde şöyle görünür.", "Terminal bunu gösteriyor."),
    commands=("Yazılacak komut ve yanıtı bu.", "Terminalde şöyle görünür.", "Terminal bunu gösteriyor."),
    equation=("İşte formül.", "Formül olarak şöyle yazılır.", "Formül bunu söylüyor."),
    diagram=("İşte şema.", "Şema bütünü gösteriyor.", "Resimde şöyle görünür."),
    chart=("İşte grafik.", "Grafik bunu gösteriyor.", "Grafikte şöyle görünür."),
    table_of=("İşte tablo: {columns}.", "Tabloda {columns} var.", "Yan yana: {columns}."),
    table=("İşte tablo.",),
    next_page=("Devam ediyor.", "Dahası var.", "Ve devamı."),
    last_page=("Ve kalanı.",),
    shell_name="kabuk",
    before="Önce",
    after="Sonra",
    callouts=_pairs(
        "note Not; info Bilgi; tip İpucu; hint İpucu; important Önemli; attention Dikkat; warning Uyarı; "
        "caution Dikkat; danger Tehlike; example Örnek; question Soru; success Başarılı; error Hata; bug Hata; "
        "failure Başarısız; quote Alıntı; summary Özet; abstract Özet; todo Yapılacak; "
        "see-also Ayrıca bakınız"
    ),
)

_ARABIC = Lexicon(
    dot=" نقطة ",
    at=" آت ",
    slash=" شرطة مائلة ",
    line="السطر",
    lines="الأسطر",
    to=" إلى ",
    or_=" أو ",
    and_=" و",
    comma="، ",
    point=" نقطة ",
    version="الإصدار ",
    code="هذه الشيفرة",
    link="هذا العنوان",
    signs=_signs("& و; × ضرب; ÷ على; ≤ على الأكثر; ≥ على الأقل; ≠ لا يساوي; ≈ نحو; ± زائد أو ناقص; − ناقص; № رقم"),
    phrases=(
        (r"#(?=\d)", "رقم "),
        (r"~(?=\d)", "نحو "),
        (r"(?<=\w)²", " تربيع"),
    ),
    currencies=_pairs("$ دولار; € يورو"),
    code_in=("إليك الشيفرة بلغة {name}.", "تبدو هكذا بلغة {name}.", "هكذا تُكتب بلغة {name}.", "شيفرة {name} على الشاشة."),
    code_here=("إليك الشيفرة.", "تبدو هكذا.", "هكذا تُكتب.", "الشيفرة على الشاشة."),
    compared=("إليك ما قبل وما بعد.", "للمقارنة: قبل وبعد."),
    compared_of=("للمقارنة: {before} و{after}.", "من جهة {before}، ومن جهة أخرى {after}."),
    command=("هذا ما يُكتب.", "يبدو هكذا في الطرفية.", "تُظهره الطرفية."),
    commands=("هذا ما يُكتب، وهذا هو الجواب.", "يبدو هكذا في الطرفية.", "تُظهره الطرفية."),
    equation=("إليك الصيغة.", "تُكتب الصيغة هكذا.", "توضّح الصيغة ذلك."),
    diagram=("إليك المخطط.", "يوضّح المخطط الصورة الكاملة.", "هكذا يبدو في صورة."),
    chart=("إليك الرسم البياني.", "يوضّح الرسم البياني ذلك.", "هكذا يبدو في رسم بياني."),
    table_of=("إليك جدولًا: {columns}.", "يعرض الجدول {columns}.", "جنبًا إلى جنب: {columns}."),
    table=("إليك الجدول.",),
    next_page=("وهناك المزيد.", "ويستمر ذلك.", "وأيضًا."),
    last_page=("وهذا هو الباقي.",),
    shell_name="الصدفة",
    before="قبل",
    after="بعد",
    callouts=_pairs(
        "note ملاحظة; info معلومة; tip نصيحة; hint تلميح; important مهم; attention انتباه; warning تحذير; "
        "caution تنبيه; danger خطر; example مثال; question سؤال; success نجاح; error خطأ; bug خلل; "
        "failure فشل; quote اقتباس; summary ملخص; abstract ملخص; todo للإنجاز; see-also انظر أيضًا"
    ),
)

_JAPANESE = Lexicon(
    dot="ドット",
    at="アットマーク",
    slash="スラッシュ",
    line="行",
    lines="行",
    to="から",
    or_="または",
    and_="と",
    comma="、",
    point="点",
    version="バージョン",
    code="このコード",
    link="このアドレス",
    signs=_signs(
        "& アンド; × かける; ÷ わる; ≤ 以下; ≥ 以上; ≠ ノットイコール; ≈ およそ; ± プラスマイナス; − マイナス; № ナンバー", spaced=False
    ),
    phrases=(
        (r"#(?=\d)", "ナンバー"),
        (r"~(?=\d)", "およそ"),
    ),
    units=_units(
        "km/h キロメートル毎時; km キロメートル; cm センチメートル; mm ミリメートル; m メートル; "
        "kg キログラム; g グラム; ml ミリリットル; MB メガバイト; GB ギガバイト; ms ミリ秒; °C 度"
    ),
    currencies=_pairs("$ ドル; € ユーロ; £ ポンド; ¥ 円; ￥ 円"),
    code_in=("{name}のコードです。", "{name}ではこうなります。", "{name}ではこう書きます。", "{name}のコードを画面に示します。"),
    code_here=("これがコードです。", "このようになります。", "こう書きます。", "コードを画面に示します。"),
    compared=("変更前と変更後です。", "前と後を比べてみましょう。"),
    compared_of=("{before}と{after}を比べてみましょう。", "一方が{before}、もう一方が{after}です。"),
    command=("入力するコマンドです。", "ターミナルではこうなります。", "ターミナルの様子です。"),
    commands=("入力するコマンドと、その結果です。", "ターミナルではこうなります。", "ターミナルの様子です。"),
    equation=("これが数式です。", "数式で書くとこうなります。", "数式で示します。"),
    diagram=("図で示します。", "図にすると、つながりが分かります。", "図にするとこうなります。"),
    chart=("グラフで示します。", "グラフをご覧ください。", "グラフにするとこうなります。"),
    table_of=("{columns}の表です。", "表に{columns}を示します。", "並べてみましょう。{columns}です。"),
    table=("表をご覧ください。",),
    next_page=("まだ続きます。", "続きです。", "さらに続きます。"),
    last_page=("残りの部分です。",),
    shell_name="シェル",
    before="変更前",
    after="変更後",
    callouts=_pairs(
        "note メモ; info 情報; tip ヒント; hint ヒント; important 重要; attention 注意; warning 警告; caution 注意; danger 危険; "
        "example 例; question 質問; success 成功; error エラー; bug バグ; failure 失敗; quote 引用; summary 要約; abstract 要約; "
        "todo やること; see-also 関連項目"
    ),
)

_CHINESE = Lexicon(
    dot="点",
    at=" at ",
    slash="斜杠",
    line="第",
    lines="第",
    to="到",
    or_="或",
    and_="和",
    comma="、",
    point="点",
    version="版本",
    code="这段代码",
    link="这个网址",
    signs=_signs("& 和; × 乘; ÷ 除以; ≤ 不超过; ≥ 至少; ≠ 不等于; ≈ 约; ± 正负; − 负; № 第", spaced=False),
    phrases=(
        (r"#(?=\d)", "第"),
        (r"~(?=\d)", "约"),
    ),
    units=_units("km/h 公里每小时; km 公里; cm 厘米; mm 毫米; m 米; kg 公斤; g 克; ml 毫升; ms 毫秒; °C 摄氏度"),
    currencies=_pairs("$ 美元; € 欧元; £ 英镑; ¥ 元; ￥ 元"),
    code_in=("这是{name}代码。", "用{name}写是这样的。", "在{name}中这样写。", "屏幕上是{name}代码。"),
    code_here=("这是代码。", "看起来是这样的。", "这样写。", "代码在屏幕上。"),
    compared=("这是修改前和修改后。", "对比一下：之前和之后。"),
    compared_of=("对比一下：{before}和{after}。", "一边是{before}，另一边是{after}。"),
    command=("这是要输入的命令。", "在终端里是这样的。", "终端显示如下。"),
    commands=("这是要输入的命令和它的结果。", "在终端里是这样的。", "终端显示如下。"),
    equation=("这是公式。", "写成公式是这样的。", "公式如下。"),
    diagram=("请看示意图。", "示意图展示了整体结构。", "画成图是这样的。"),
    chart=("请看图表。", "图表显示了这一点。", "画成图表是这样的。"),
    table_of=("这是一张表：{columns}。", "表中列出{columns}。", "并排来看：{columns}。"),
    table=("请看表格。",),
    next_page=("还没有完。", "还有更多。", "接着看。"),
    last_page=("这是剩下的部分。",),
    shell_name="Shell",
    before="修改前",
    after="修改后",
    callouts=_pairs(
        "note 注意; info 信息; tip 提示; hint 提示; important 重要; attention 注意; warning 警告; caution 小心; danger 危险; "
        "example 示例; question 问题; success 成功; error 错误; bug 缺陷; failure 失败; quote 引用; summary 摘要; abstract 摘要; "
        "todo 待办; see-also 另请参阅"
    ),
)

_KOREAN = Lexicon(
    dot=" 점 ",
    at=" 골뱅이 ",
    slash=" 슬래시 ",
    line="줄",
    lines="줄",
    to="에서 ",
    or_=" 또는 ",
    and_=", ",
    comma=", ",
    point=" 점 ",
    version="버전 ",
    code="이 코드",
    link="이 주소",
    signs=_signs("& 및; × 곱하기; ÷ 나누기; ≤ 이하; ≥ 이상; ≠ 같지 않음; ≈ 약; ± 플러스 마이너스; − 마이너스; № 번호"),
    phrases=(
        (r"#(?=\d)", "번호 "),
        (r"~(?=\d)", "약 "),
    ),
    units=_units(
        "km/h 킬로미터 매 시; km 킬로미터; cm 센티미터; mm 밀리미터; m 미터; kg 킬로그램; "
        "g 그램; ml 밀리리터; MB 메가바이트; GB 기가바이트; ms 밀리초; °C 도"
    ),
    currencies=_pairs("$ 달러; € 유로; ₩ 원; ¥ 엔"),
    code_in=("{name} 코드입니다.", "{name}에서는 이렇게 됩니다.", "{name}에서는 이렇게 씁니다.", "{name} 코드가 화면에 있습니다."),
    code_here=("코드입니다.", "이렇게 됩니다.", "이렇게 씁니다.", "코드가 화면에 있습니다."),
    compared=("변경 전과 변경 후입니다.", "전과 후를 비교해 보겠습니다."),
    compared_of=("두 가지를 비교해 보겠습니다: {before}, {after}.", "한쪽은 {before}, 다른 쪽은 {after}입니다."),
    command=("입력할 명령입니다.", "터미널에서는 이렇게 보입니다.", "터미널에 표시됩니다."),
    commands=("입력할 명령과 그 결과입니다.", "터미널에서는 이렇게 보입니다.", "터미널에 표시됩니다."),
    equation=("수식입니다.", "수식으로 쓰면 이렇습니다.", "수식이 보여 줍니다."),
    diagram=("그림으로 보겠습니다.", "전체 구조를 보여 주는 그림입니다.", "그림으로는 이렇습니다."),
    chart=("차트로 보겠습니다.", "차트가 보여 줍니다.", "차트로는 이렇습니다."),
    table_of=("{columns} 표입니다.", "표에는 다음이 있습니다: {columns}.", "나란히 보면: {columns}."),
    table=("표를 보겠습니다.",),
    next_page=("계속됩니다.", "더 있습니다.", "이어집니다."),
    last_page=("나머지 부분입니다.",),
    shell_name="셸",
    before="변경 전",
    after="변경 후",
    callouts=_pairs(
        "note 참고; info 정보; tip 팁; hint 힌트; important 중요; attention 주의; warning 경고; caution 주의; danger 위험; "
        "example 예시; question 질문; success 성공; error 오류; bug 버그; failure 실패; quote 인용; summary 요약; abstract 요약; "
        "todo 할 일; see-also 함께 보기"
    ),
)

LEXICA = {
    "en": _ENGLISH,
    "de": _GERMAN,
    "fr": _FRENCH,
    "es": _SPANISH,
    "it": _ITALIAN,
    "pt": _PORTUGUESE,
    "nl": _DUTCH,
    "pl": _POLISH,
    "ru": _RUSSIAN,
    "tr": _TURKISH,
    "ar": _ARABIC,
    "ja": _JAPANESE,
    "zh": _CHINESE,
    "ko": _KOREAN,
}
_OTHER = Lexicon()


def lexicon(language: str) -> Lexicon:
    """Return the words of a language (a BCP 47 tag; the undetermined one is taken for English); empty ones where none are written."""
    return LEXICA["en"] if language == AUTO else LEXICA.get(primary(language), _OTHER)

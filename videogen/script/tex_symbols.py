"""Rarer commands of TeX that can be drawn: what each of them is called in English, or that it is not said."""

from __future__ import annotations

_TABLE = """
is at most: leqq lesssim lessapprox eqless eqslantless preccurlyeq precsim precapprox curlyeqprec ngtr nsucc ngtrsim
is at least: geqq gtrsim gtrapprox eqgtr eqslantgtr succcurlyeq succsim succapprox curlyeqsucc nless nprec nlesssim
is less than: less lessdot lneqq lnsim lnapprox precnsim precnapprox prurel ngeq nsucccurlyeq
is greater than: greater gtrdot gneqq gnsim gnapprox succnsim succnapprox scurel nleq npreccurlyeq
is much less than: lll
is much greater than: ggg
is less or greater than: lessgtr lesseqgtr lesseqqgtr gtrless gtreqless gtreqqless
is neither less nor greater than: nlessgtr ngtrless
equals: equal Doteq doteqdot circeq eqcirc oequal stareq questeq measeq eqsim arceq wedgeq veeeq risingdotseq fallingdotseq
is approximately: approxeq approxident backsim backsimeq Bumpeq bumpeq asymp backcong sinewave ac
is not equal to: nsimeq ncong napprox nsim simneqq
is equivalent to: Equiv
is not identical to: nequiv
is defined as: coloneq eqdef triangleeq eqcolon
is proportional to: varpropto Colon
to: ratio rightarrowtail twoheadrightarrow rightarrowbar hookrightarrow looparrowright curvearrowright circlearrowright
to: cwopencirclearrow rightharpoonup rightharpoondown rightrightarrows rightsquigarrow rightzigzagarrow leadsto dashrightarrow multimap
from: longleftarrow leftarrowtail twoheadleftarrow barleftarrow hookleftarrow looparrowleft curvearrowleft circlearrowleft mapsfrom
from: acwopencirclearrow leftharpoonup leftharpoondown leftleftarrows leftsquigarrow dashleftarrow
to and from: longleftrightarrow leftrightsquigarrow leftrightarrows rightleftarrows
in balance with: leftrightharpoons
does not go to: nrightarrow nleftarrow nleftrightarrow
implies: Rrightarrow
does not imply: nRightarrow
is implied by: Lleftarrow Longleftarrow
is not implied by: nLeftarrow
is not equivalent to: nLeftrightarrow
up: Uparrow twoheaduparrow upuparrows upharpoonleft upharpoonright mapsup Lsh Rsh nearrow nwarrow Nearrow Nwarrow
down: Downarrow twoheaddownarrow downdownarrows downharpoonleft downharpoonright downzigzagarrow mapsdown Ldsh Rdsh carriagereturn
down: searrow swarrow Searrow Swarrow
up and down: updownarrow Updownarrow updownarrowbar updownarrows
in: smallin isinE isindot isinobar isins isinvb disin varisinobar varisins
contains: smallowns niobar nis nisd varniobar varnis bagmember Supset supseteqq
does not contain: notsmallowns nsupset nsupseteq
is a subset of: Subset subseteqq sqsubset sqsubseteq imageof
is a proper subset of: subsetneqq sqsubsetneq
contains properly: supsetneq supsetneqq sqsupsetneq
contains: sqsupset sqsupseteq origof
is not a subset of: nsubset nsubseteq nsqsubseteq
does not contain: nsqsupseteq
is a normal subgroup of: triangleleft trianglelefteq vartriangleleft unlhd lhd
is not a normal subgroup of: ntriangleleft ntrianglelefteq
contains as a normal subgroup: triangleright trianglerighteq vartriangleright unrhd rhd
does not contain as a normal subgroup: ntriangleright ntrianglerighteq
union: Cup sqcup cupdot uplus cupleftarrow
intersection: Cap sqcap
without: smallsetminus
or: curlyvee veebar barvee
and: curlywedge barwedge doublebarwedge merge
not: invnot turnednot
because: backepsilon
is parallel to: equalparallel
is not parallel to: nparallel
does not divide: nmid
proves: vDash Vdash Vvdash rightModels rightassert dashv
does not prove: nvdash nvDash nVdash nVDash
plus: plus dotplus boxplus
minus: minus dotminus boxminus ominus circleddash minuscolon
times: cdotp boxtimes boxdot circledast circledcirc bigcirc ltimes rtimes leftthreetimes rightthreetimes amalg wr Join bowtie diamond
divided by: oslash slash solbar
star: asterisk bigstar
degrees: ring
l: ell
h bar: hslash
prime: backprime
dagger: dag
double dagger: ddag ddagger
percent: %
per mille: perthousand
dollars: $
cents: cent
pounds: sterling
yen: yen
and so on: adots
angle: measuredangle sphericalangle
right angle: rightangle measuredrightangle varlrtriangle
triangle: vartriangle triangledown bigtriangleup bigtriangledown blacktriangle blacktriangledown blacktriangleleft blacktriangleright
the change of: increment
the real numbers: BbbR
the natural numbers: BbbN
the integers: BbbZ
the rational numbers: BbbQ
the complex numbers: BbbC
beth: beth
gimel: gimel
dalet: daleth
the square root of: __sqrt__
hearts: heartsuit
diamonds: diamondsuit
clubs: clubsuit clubsuitopen
spades: spadesuit spadesuitopen
sharp: sharp
flat: flat
natural: natural
paragraph: P
section: S
dash: endash emdash
number: #
,: lbrack rbrack leftbrace rightbrace leftparen rightparen lgroup rgroup __angbracketleft__ __angbracketright__ { }
"""

_LETTERS = """
Å AA|å aa|Æ AE|æ ae|Œ OE|œ oe|Ø O|ø o|Ł L|ł l|ß ss|Ð DH|ð dh|ð eth|Þ Thorn|þ thorn|i i|P BbbP|B scrB|E scrE|F scrF|H scrH|I scrI|L scrL
M scrM|R scrR
e scre|g scrg|o scro|C frakC|Z frakZ|F Finv|G Game|S circledS|R circledR|C copyright
"""

NAMES = {
    command: name for name, _, commands in (line.partition(": ") for line in _TABLE.strip().split("\n")) for command in commands.split()
}
"""Phrases of English, by command."""

LETTERS = {command: letter for letter, command in (pair.split(" ") for pair in _LETTERS.strip().replace("\n", "|").split("|"))}
"""Letters that commands stand for, said as they are in every language."""

UNUSUAL = frozenset(
    "between boxbar danger digamma divideontimes dotsminusdots frown hermitmatrix intercal kernelcontraction lambdabar maltese mho"  # noqa: SIM905
    " obar pitchfork smallintclockwise smallointctrcclockwise smallvarointclockwise smile QED".split()
)
"""Commands without a word that a listener would know: a formula that has one is announced."""

SILENT = frozenset(
    "H c d k t candra macron ocirc circumflexaccent combiningacuteaccent combiningbreve combiningdiaeresis combiningdotabove"  # noqa: SIM905
    " combiningfourdotsabove combininggraveaccent combiningoverline combiningrightarrowabove combiningthreedotsabove combiningtilde"
    " leftharpoonaccent rightharpoonaccent overarc lq rq lasp rasp llcorner lrcorner ulcorner urcorner guillemotleft guillemotright"
    " guilsinglleft guilsinglright textasciiacute textasciicircum textasciigrave textasciitilde textexclamdown textquestiondown"
    " textquotedblleft textquotedblright thickspace enspace thinspace middle llap rlap".split()
)
"""Marks, spaces and quotes, which are not said."""

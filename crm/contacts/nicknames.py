"""Short names people go by, in French and English: each line is one given name and the ways it is said. Folded, joined.

Only pairs that commonly mean one person: ``Marie`` is not ``Marie-Claude``, and ``Michel`` is never ``Michelle``.
"""

LINES = """
robert bob bobby rob robbie bert
william bill billy will willy willie wm
guillaume guy guill
richard rick ricky rich dick
james jim jimmy jamie
john jack johnny jon
jonathan jon jo
michael mike mikey mick mickey
michel mich michou mike
margaret peggy maggie meg marge margie peg greta
marguerite margot margo
elizabeth liz beth betty lizzie eliza betsy lisa
elisabeth babette beth liz
catherine cathy kate katie cath cat
katherine kathy kate katie kat kathryn
kathleen kathy kath
patricia pat patty tricia trish patsy
patrick pat paddy pad rick
thomas tom tommy thom
anthony tony ant
antoine tony
antonio tony
charles charlie chuck chas charlot
christopher chris topher kit
christian chris
christine chris chrissy tina
christina chris tina chrissy
christiane chris
joseph joe joey jos
josephine jo josie
edward ed eddie ted ned eddy
edouard ed eddy
edmond ed eddy
theodore ted teddy theo
daniel dan danny
danielle dani dany
david dave davey
donald don donnie
douglas doug
steven steve
stephen steve
stephane steph steve stef
stephanie steph stef stephie
gregory greg
gregoire greg
jeffrey jeff geoff
geoffrey jeff geoff
kenneth ken kenny
ronald ron ronnie
roland ron rollie
samuel sam sammy
samantha sam sammy
timothy tim timmy
andrew andy drew
andre dede
alexandre alex alec
alexander alex alec sandy xander
alexandra alex sandy
alexandrine alex
alexis alex
benjamin ben benny
benoit ben
bernard bernie bern
frederick fred freddy
frederic fred freddy
frederique fred
alfred fred al
albert al bert
alain al
alan al
allan al
alice ali
arthur art
lawrence larry laurie
laurence lolo laurie
laurent lau
leonard leo len lenny
leopold leo
matthew matt
mathieu mat matt
matthieu mat matt
nicholas nick nicky
nicolas nick nic nico
nicole nicky nico
nathalie nat nath
natalie nat
nathaniel nate nat
nathan nate nat
peter pete
pierre pierrot pete
philip phil pip
philippe phil
phillip phil
raymond ray
rejean reg
reginald reg reggie
russell russ
stanley stan
stanislas stan
stuart stu
victor vic
victoria vicky vic tori
vincent vince vin
virginia ginny
walter walt wally
susan sue susie suzy
suzanne sue suzy suze suzie
deborah deb debbie debra
barbara barb babs barbie
jennifer jen jenny jenn
jessica jess jessie
judith judy ju
julie ju
kimberly kim kimmy
linda lin
melissa mel missy
melanie mel
rebecca becky becca
sandra sandy
sarah sally sadie
theresa terry tess tessa
therese tete
terrence terry
pamela pam
gerald gerry jerry
gerard gerry
geraldine gerry
jerome jerry
eugene gene
francis frank fran
francois frank
franklin frank
frances fran franny
francine fran francy
francoise fran
genevieve gen gege
gabriel gab gabe
gabrielle gab gaby
gilbert gil
ghislaine gigi
ginette gigi
jacqueline jackie jacqui
jacques jack
jean johnny
jeanfrancois jeff jeanfr
jeanphilippe jeanphil
jeansebastien jeanseb
mariejosee majo
annesophie anneso
josee jo
johanne jo johanna
joanne jo
jocelyne jo
jocelyn jo
sebastien seb bastien
simon sim
sylvain syl
sylvie syl
veronique vero
valerie val
valentin val
emmanuel manu
emmanuelle manu
manuel manu
manon mano
maxime max
maximilien max
maxwell max
martine tine
caroline caro carol
carolane caro
carole caro
claudette claude
dominique dom domi
dominic dom nick
etienne tienne
isabelle isa belle
isabel isa
louis lou
louise lou loulou
lucien lulu
lucie lulu
madeleine mado
magdalena magda
micheline mich
mireille mimi
monique mo momo
normand norm
norman norm
olivier oli oliver
raphael raph
roger rodge
rodrigue rod
rodney rod
yvonne vonne
zachary zach zack
zacharie zach zack
audrey aud
guylaine guyl
henri henry hank
henry harry hank
hubert hub
ignace iggy
calvin cal
cynthia cindy
diane di
dorothy dot dottie dolly
eleanor ellie nell nora
ellen ellie nell
evelyn evie
florence flo
harold harry hal
helen nell
marcel marce
""".split("\n")

GROUPS: dict[str, frozenset[int]] = {}
for _number, _line in enumerate(LINES):
    for _word in _line.split():
        GROUPS[_word] = GROUPS.get(_word, frozenset()) | {_number}


def same_person(first: str, second: str) -> bool:
    """Whether one of these (folded, without spaces) is a usual short form of the other."""
    return bool(GROUPS.get(first, frozenset()) & GROUPS.get(second, frozenset()))


def ways(name: str) -> set[str]:
    """The other ways a given name is said."""
    found: set[str] = set()
    for number in GROUPS.get(name, ()):
        found.update(LINES[number].split())
    return found - {name}

"""Random scripts made of the registry's forms and the statement grammar.

Most compile; what does not is close to something that does. The same seed gives the same script.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from botserver.language.builtins import SPECS
from botserver.language.keywords import KEYWORDS, Form, Keyword, Operand, Place
from botserver.language.words import HEAR_TYPES

_NAMES = ["x", "y", "total", "item", "order", "name$", "Ação", "rows", "i", "_n"]
_ODD_NAMES = ["list", "case", "format", "first", "type", "data", "error", "next", "step", "to", "filter", "description"]
_FIELDS = ["id", "name", "price", "type", "case", "from", "to", "1", "as", "with"]
_NUMBERS = ["0", "1", "2", "7", "0.5", ".5", "1.", "1e6", "0x1F", "&H1F", "99999999999999999999", "2.5E-3"]
_TEXTS = ["", "a", "Don''t", "tea & cake", "https://example.com/a?b=1#c", "C:\\\\temp", 'say \\"hi\\"', "número", "😀"]
_BINARY = ["+", "-", "*", "/", "\\", "MOD", "%", "^", "&", "AND", "OR", "XOR", "&&", "||", "??"]
_COMPARE = ["=", "==", "<>", "!=", "<", "<=", ">", ">=", "=<", "=>", "LIKE", "NOT LIKE", "CONTAINS", "IN", "NOT IN"]
_COMPARE += ["STARTS WITH", "ENDS WITH"]
_FUNCTIONS = [spec for spec in SPECS if spec.is_callable]
_STATEMENTS = [keyword for keyword in KEYWORDS if keyword.place in (Place.STATEMENT, Place.BOTH)]
_OPERANDS = [keyword for keyword in KEYWORDS if keyword.place in (Place.OPERAND, Place.BOTH)]
_DEEPEST = 4


def random_script(random: Random) -> str:
    """A script of a few statements."""
    return _Maker(random).script()


class _Maker:
    def __init__(self, random: Random) -> None:
        self._random = random
        self._depth = 0
        self._loops = 0
        self._subs: list[tuple[str, int]] = []
        self._in_sub = False

    # --- statements ----------------------------------------------------------------------------------------------

    def script(self) -> str:
        random = self._random
        head = [self._parameter(i) for i in range(random.choice([0, 0, 0, 1, 3]))]
        subs = [self._procedure(i) for i in range(random.choice([0, 0, 1, 2]))]
        body = self._block(random.randint(1, 6))
        parts = [*head, *subs, *body]
        text = "\n".join(parts) + random.choice(["", "\n"])
        return text if random.random() < 0.95 else text.replace("\n", "\r\n")

    def _block(self, n: int) -> list[str]:
        self._depth += 1
        lines = [line for _ in range(n) for line in self._statement()]
        self._depth -= 1
        return lines

    def _statement(self) -> list[str]:
        random = self._random
        plain: list[Callable[[], list[str]]] = [
            self._assignment,
            self._assignment,
            self._keyword_statement,
            self._keyword_statement,
            self._keyword_statement,
            self._hear,
            self._call,
            self._jump,
            self._example,
            self._noise,
        ]
        blocks = [self._if, self._for, self._while, self._select, self._with, self._talk]
        makers = plain if self._depth > _DEEPEST else plain + blocks
        lines = random.choice(makers)()
        if random.random() < 0.05:
            lines[-1] += random.choice([" ' note", " // note", " : x = 1", ";"])
        indent = "    " * (self._depth - 1) if random.random() < 0.9 else "\t"
        return [indent + line for line in lines]

    def _assignment(self) -> list[str]:
        random = self._random
        target = self._target()
        form = random.random()
        if form < 0.1:
            return [f"LET {target} = {self._value()}"]
        if form < 0.2:
            return [f"SET {target} = {self._value()}"]
        if form < 0.3:
            return [f"{target} {random.choice(['+=', '-=', '*=', '/='])} {self._value()}"]
        if form < 0.4:
            return [f"SET {self._text()}, {self._expression()}"]
        return [f"{target} = {self._right_side()}"]

    def _right_side(self) -> str:
        if self._random.random() < 0.3:
            keyword = self._random.choice(_OPERANDS)
            if keyword.operand is not Operand.PRIMARY:
                return self._written(keyword)
        return self._value()

    def _keyword_statement(self) -> list[str]:
        return [self._written(self._random.choice(_STATEMENTS))]

    def _written(self, keyword: Keyword) -> str:
        """A keyword with the operands of one of its forms."""
        random = self._random
        words = " ".join(random.choice(keyword.spellings))
        if random.random() < 0.15:
            words = words.replace(" ", "_")
        if random.random() < 0.2:
            words = words.lower()
        if not keyword.forms:
            return words
        form = random.choice(keyword.forms)
        operands = self._operands(keyword, form)
        if operands and form.pattern == ("",) * len(form.pattern) and random.random() < 0.1:
            return f"{words}({operands})"
        return f"{words} {operands}".rstrip()

    def _operands(self, keyword: Keyword, form: Form) -> str:
        random = self._random
        pieces: list[str] = []
        pattern = list(form.pattern)
        if form.is_open and pattern:
            pattern += [pattern[-1]] * random.randint(0, 3)
        clauses = [clause for clause in form.clauses if random.random() < 0.3]
        random.shuffle(clauses)
        for separator in (*pattern, *clauses):
            if separator in form.flags:
                pieces.append(f" {separator}")
                continue
            before = {"": "", ",": ", ", " ": " ", ";": "; "}.get(separator, f" {separator} ")
            if keyword.takes_fields and separator not in ("", ","):
                pieces.append(before + ", ".join(f"{self._field()} = {self._operand()}" for _ in range(2)))
            else:
                pieces.append(before + (self._primary() if separator == " " else self._operand()))
        return "".join(pieces).lstrip()

    def _operand(self) -> str:
        return self._primary() if self._random.random() < 0.6 else self._sum()

    def _hear(self) -> list[str]:
        random = self._random
        target = self._target()
        kind = random.choice(["", "type", "type", "options", "menu", "value"])
        match kind:
            case "type":
                text = f"HEAR {target} AS {random.choice(sorted(HEAR_TYPES))}"
            case "options":
                text = f"HEAR {target} AS " + ", ".join(self._text() for _ in range(random.randint(1, 4)))
            case "menu":
                text = f"HEAR {target} AS MENU {self._array()}"
            case "value":
                return [f"{self._name()} = HEAR"]
            case _:
                text = f"HEAR {target}"
        if random.random() < 0.2:
            text += f" WITH {self._sum()}"
        if random.random() < 0.2:
            text += f" DEFAULT {self._primary()}"
        return [text]

    def _call(self) -> list[str]:
        random = self._random
        if self._subs and random.random() < 0.7:
            name, n = random.choice(self._subs)
            arguments = ", ".join(self._expression() for _ in range(n))
            if n == 0:
                return [random.choice([f"{name}()", f"CALL {name}", name])]
            return [random.choice([f"{name}({arguments})", f"CALL {name}({arguments})", f"CALL {name} {arguments}"])]
        return [f"{self._name()}.{random.choice(['push', 'remove', 'append'])}({self._expression()})"]

    def _jump(self) -> list[str]:
        random = self._random
        if self._loops and random.random() < 0.5:
            return [random.choice(["BREAK", "CONTINUE"])]
        if self._in_sub:
            return [f"RETURN {self._value()}"]
        return [random.choice([f"RETURN {self._value()}", "EXIT", "END", "RETURN WITH ok AS TRUE, n AS 1"])]

    def _example(self) -> list[str]:
        return self._random.choice(KEYWORDS).example.split("\n")

    def _noise(self) -> list[str]:
        return [self._random.choice(["", "' Don't", "REM x = (", '# a "', "// '", "' x = 'a'"])]

    # --- blocks --------------------------------------------------------------------------------------------------

    def _if(self) -> list[str]:
        random = self._random
        if random.random() < 0.3:
            line = f"IF {self._condition()} THEN {self._plain()}"
            return [line + (f" ELSE {self._plain()}" if random.random() < 0.5 else "")]
        lines = [f"IF {self._condition()} THEN", *self._block(random.randint(0, 2))]
        for _ in range(random.choice([0, 0, 1, 2])):
            lines += [f"{random.choice(['ELSE IF', 'ELSEIF'])} {self._condition()} THEN", *self._block(1)]
        if random.random() < 0.4:
            lines += ["ELSE", *self._block(1)]
        return [*lines, random.choice(["END IF", "ENDIF", "end if"])]

    def _plain(self) -> str:
        """One statement of one line."""
        lines = self._random.choice([self._assignment, self._keyword_statement, self._call])()
        return lines[0]

    def _for(self) -> list[str]:
        random = self._random
        name = random.choice(["i", "x", "item"])
        if random.random() < 0.5:
            step = random.choice(["", "", " STEP 2", " STEP -1"])
            head = f"FOR {name} = {self._sum()} TO {self._sum()}{step}"
        else:
            limit = random.choice(["", "", "", " FIRST 3", " LAST 2", " DO"])
            head = f"{random.choice(['FOR EACH', 'FOR'])} {name} IN {self._primary()}{limit}"
        return [head, *self._looped(), random.choice(["NEXT", f"NEXT {name}", "END FOR"])]

    def _while(self) -> list[str]:
        match self._random.randrange(5):
            case 0:
                return [f"WHILE {self._condition()}", *self._looped(), self._random.choice(["WEND", "END WHILE"])]
            case 1:
                return [f"DO WHILE {self._condition()}", *self._looped(), "LOOP"]
            case 2:
                return [f"DO UNTIL {self._condition()}", *self._looped(), "LOOP"]
            case 3:
                return ["DO", *self._looped(), f"LOOP UNTIL {self._condition()}"]
            case _:
                return ["DO", *self._looped(), "BREAK", "LOOP"]

    def _looped(self) -> list[str]:
        self._loops += 1
        lines = self._block(self._random.randint(0, 3))
        self._loops -= 1
        return lines

    def _select(self) -> list[str]:
        random = self._random
        lines = [f"{random.choice(['SELECT CASE', 'SWITCH'])} {self._sum()}"]
        loops, self._loops = self._loops, 0
        for _ in range(random.randint(0, 3)):
            number, text = self._number(), self._text()
            items = random.choice([text, f"{number} TO {self._number()}", f"IS > {number}", f"1, 2, {text}"])
            lines += [f"CASE {items}{random.choice(['', ':'])}", *self._block(1)]
        if random.random() < 0.5:
            lines += [random.choice(["CASE ELSE", "DEFAULT", "ELSE"]), *self._block(1)]
        self._loops = loops
        return [*lines, random.choice(["END SELECT", "END SWITCH"])]

    def _with(self) -> list[str]:
        fields = [f"    {random_dot(self._random)}{self._field()} = {self._expression()}" for _ in range(3)]
        return [f"WITH {self._random.choice(['order', 'x', 'rows'])}", *fields, "END WITH"]

    def _talk(self) -> list[str]:
        kind = self._random.choice(["TALK", "SYSTEM PROMPT"])
        body = self._random.choice([["Hi ${name}!", "", "  - it's \"raw\" # ' REM"], [], ["${x", "${1 +}"]])
        return [f"BEGIN {kind}", *body, f"END {kind}"]

    def _procedure(self, number: int) -> str:
        random = self._random
        n = random.randint(0, 3)
        names = ", ".join(["a", "b", "c"][:n])
        kind = random.choice(["SUB", "FUNCTION"])
        name = f"Proc{number}"
        head = random.choice([f"{kind} {name}({names})", f"{kind} {name} {names}".rstrip()])
        loops, self._loops, self._in_sub = self._loops, 0, True
        body = self._block(random.randint(0, 3))
        self._loops, self._in_sub = loops, False
        self._subs.append((name, n))
        return "\n".join([head, *body, f"END {kind}"])

    def _parameter(self, number: int) -> str:
        random = self._random
        kind = random.choice(["STRING", "INTEGER", "DATE", "OBJECT", "money", '"a", "b"'])
        clauses = [' LIKE "x"', ' DESCRIPTION "what it is"', " DEFAULT 1", " OPTIONAL", ' ENUM ["a", "b"]']
        return f"PARAM p{number} AS {kind}" + "".join(clause for clause in clauses if random.random() < 0.3)

    # --- expressions ---------------------------------------------------------------------------------------------

    def _value(self) -> str:
        return self._expression() if self._random.random() < 0.9 else self._condition()

    def _expression(self) -> str:
        random = self._random
        if self._depth > _DEEPEST or random.random() < 0.5:
            return self._primary()
        self._depth += 1
        match random.randrange(5):
            case 0:
                text = f"{self._condition()} ? {self._expression()} : {self._expression()}"
                text = f"({text})"
            case 1:
                text = self._condition()
            case _:
                text = self._sum()
        self._depth -= 1
        return text

    def _sum(self) -> str:
        random = self._random
        terms = [self._primary() for _ in range(random.randint(1, 3))]
        text = terms[0]
        for term in terms[1:]:
            text += f" {random.choice(['+', '-', '*', '&', '/', 'MOD', '^'])} {term}"
        return text

    def _condition(self) -> str:
        random = self._random
        left = self._primary()
        match random.randrange(6):
            case 0:
                return f"{left} {random.choice(['IS NULL', 'IS NOT NULL', 'IS EMPTY', 'IS NOT EMPTY'])}"
            case 1:
                return f"{left} BETWEEN {self._number()} AND {self._number()}"
            case 2:
                return f"{left} {random.choice(['IN', 'NOT IN'])} ({self._number()}, {self._text()})"
            case 3:
                return f"NOT {left} {random.choice(_BINARY)} {self._primary()}"
            case _:
                return f"{left} {random.choice(_COMPARE)} {self._primary()}"

    def _primary(self) -> str:
        random = self._random
        choice = random.randrange(14) if self._depth <= _DEEPEST else random.randrange(5)
        self._depth += 1
        try:
            match choice:
                case 0:
                    return self._number()
                case 1 | 2:
                    return self._text()
                case 3 | 4 | 5:
                    return self._path()
                case 6:
                    return random.choice(["TRUE", "FALSE", "NULL", "EMPTY", "NOTHING"])
                case 7:
                    return f"({self._expression()})"
                case 8:
                    return self._array()
                case 9:
                    return self._map()
                case 10 | 11:
                    return self._function()
                case 12:
                    return random.choice(["-", "+", "NOT ", "!"]) + self._path()
                case _:
                    return f"({self._written(random.choice(_OPERANDS))})"
        finally:
            self._depth -= 1

    def _function(self) -> str:
        spec = self._random.choice(_FUNCTIONS)
        most = spec.max_arguments if spec.max_arguments is not None else spec.min_arguments + 2
        n = self._random.randint(spec.min_arguments, most)
        name = self._random.choice([spec.name, spec.name.lower()])
        return f"{name}({', '.join(self._expression() for _ in range(n))})"

    def _array(self) -> str:
        items = ", ".join(self._expression() for _ in range(self._random.randint(0, 3)))
        return f"[{items}{self._random.choice(['', ',']) if items else ''}]"

    def _map(self) -> str:
        random = self._random
        pairs = [f"{self._field() if random.random() < 0.7 else self._text()}: {self._expression()}" for _ in range(2)]
        between = random.choice([", ", ",\n  "])
        return f"{random.choice(['{', '#{'])}{between.join(pairs[: random.randint(0, 2)])}}}"

    def _name(self) -> str:
        return self._random.choice(_NAMES if self._random.random() < 0.93 else _ODD_NAMES)

    def _path(self) -> str:
        random = self._random
        text = self._name()
        while random.random() < 0.3:
            text += random.choice([f".{self._field()}", f"?.{self._field()}", f"[{self._number()}]"])
        return text

    def _target(self) -> str:
        text = self._name()
        while self._random.random() < 0.2:
            text += self._random.choice([f".{self._field()}", f"[{self._number()}]"])
        return text

    def _field(self) -> str:
        return self._random.choice(_FIELDS)

    def _number(self) -> str:
        return self._random.choice(_NUMBERS)

    def _text(self) -> str:
        random = self._random
        if self._depth < _DEEPEST and random.random() < 0.2:
            self._depth += 1
            hole = self._primary().replace("\n", " ")
            self._depth -= 1
            return f'"a ${{{hole}}} b"'
        if random.random() < 0.1:
            return f"'{random.choice(['a', 'two words', 'it is'])}'"
        return f'"{random.choice(_TEXTS)}"'


def random_dot(random: Random) -> str:
    """A WITH field may begin with a point."""
    return random.choice(["", "", "."])

"""Reading a filter: from text to a typed tree, checked against the attributes of an object.

Every refusal is a FilterError that says what is wrong, where, and what could stand there; completion is made of the
same answers.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable

from app.domain.datatypes import DataType, Misfit
from app.domain.filter_operands import read_operand
from app.domain.filter_tokens import FilterError, Kind, Token, tokens
from app.domain.filters import (
    KEYWORDS,
    Among,
    Compare,
    Field,
    Filter,
    Is,
    Not,
    Operand,
    Operator,
    State,
    all_of,
    either_of,
    written_name,
    written_text,
)
from app.domain.schema import Attribute, RecordType, active_attributes, attribute_of

_MAX_DEPTH = 50
_SIGNS = {"==": "=", "<>": "!="}
_ORDERED = tuple(Operator)[:6]
_SPOKEN = (Operator.CONTAINS, Operator.STARTS)
_BY_TYPE = {
    DataType.INTEGER: _ORDERED,
    DataType.DECIMAL: _ORDERED,
    DataType.DATE: _ORDERED,
    DataType.BOOLEAN: _ORDERED[:2],
    DataType.TEXT: (*_ORDERED, *_SPOKEN),
    DataType.LIST: (*_ORDERED[:2], *_SPOKEN),
    DataType.REFERENCE: (*_ORDERED[:2], *_SPOKEN),
}


def parse(text: str, kind: RecordType) -> Filter | None:
    """The filter of a text; None for a blank one; raises FilterError."""
    return _Parser(text, kind).whole() if text.strip() else None


def operators_of(attribute: Attribute) -> tuple[Operator, ...]:
    """The comparisons that make sense of an attribute."""
    return (Operator.CONTAINS,) if attribute.many else _BY_TYPE[attribute.data_type]


class _Parser:
    """Recursive descent, one word ahead."""

    def __init__(self, text: str, kind: RecordType) -> None:
        self._kind = kind
        self._tokens = tokens(text)
        self._token = next(self._tokens)
        self._depth = 0

    def whole(self) -> Filter:
        """The filter, with nothing behind it."""
        found = self._either()
        if self._token.kind is not Kind.END:
            raise self._error("Put and or or between two conditions.", ("and", "or"))
        return found

    def _take(self) -> Token:
        token = self._token
        if token.kind is not Kind.END:
            self._token = next(self._tokens)
        return token

    def _error(self, message: str, expected: tuple[str, ...] = ()) -> FilterError:
        return FilterError(message, self._token.start, self._token.end, expected)

    def _either(self) -> Filter:
        return self._joined("or", self._all, either_of)

    def _all(self) -> Filter:
        return self._joined("and", self._single, all_of)

    def _joined(self, word: str, part: Callable[[], Filter], join: Callable[[list[Filter]], Filter]) -> Filter:
        parts = [part()]
        while self._token.is_word(word):
            self._take()
            parts.append(part())
        return join(parts)

    def _single(self) -> Filter:
        self._depth += 1
        if self._depth > _MAX_DEPTH:
            raise self._error(f"More than {_MAX_DEPTH} levels of brackets and nots are too many.")
        found = self._within()
        self._depth -= 1
        return found

    def _within(self) -> Filter:
        if self._token.is_word("not"):
            self._take()
            return Not(self._single())
        if not self._token.is_sign("("):
            return self._condition()
        bracket = self._take()
        found = self._either()
        if self._token.kind is Kind.END:
            raise FilterError("This bracket is not closed.", bracket.start, bracket.end, ("and", "or", ")"))
        if not self._token.is_sign(")"):
            raise self._error("Put and or or between two conditions, or close the bracket.", ("and", "or", ")"))
        self._take()
        return found

    def _condition(self) -> Filter:
        attribute = self._attribute()
        field = Field(attribute.name, attribute.data_type, attribute.many)
        token = self._token
        is_negated = token.is_word("not")
        if is_negated:
            self._take()
        found = self._tested(attribute, field)
        if found is not None:
            return Not(found) if is_negated else found
        if attribute.data_type is DataType.BOOLEAN and not is_negated and _ends(token):
            return Compare(field, Operator.EQUAL, True)
        raise self._no_operator(attribute)

    def _tested(self, attribute: Attribute, field: Field) -> Filter | None:
        token = self._token
        if token.is_word("is"):
            self._take()
            return self._state(field)
        if token.is_word("in"):
            self._take()
            return Among(field, self._operands(attribute))
        operator = self._operator()
        if operator is None:
            return None
        if operator not in operators_of(attribute):
            fitting = ", ".join([*operators_of(attribute), "in", "is"])
            message = f"{attribute.name} is {_article(attribute)}: {operator} does not go with it; {fitting} do."
            raise FilterError(message, token.start, token.end, _operator_words(attribute))
        return Compare(field, operator, self._operand(attribute, operator))

    def _attribute(self) -> Attribute:
        names = tuple(written_name(attribute.name) for attribute in active_attributes(self._kind))
        token = self._token
        if token.kind is Kind.QUOTED_NAME or (token.kind is Kind.WORD and token.text.casefold() not in KEYWORDS):
            found = attribute_of(self._kind, token.text)
            if found and not found.is_archived:
                self._take()
                return found
            raise self._error(self._unknown(token.text, found), names)
        if token.kind is Kind.END:
            raise self._error("A condition is missing here, such as " + self._example(), (*names, "not", "("))
        if token.kind is Kind.WORD:
            raise self._error(
                f"{token.text} cannot stand here; an attribute of that name is written `{token.text}`.", names
            )
        raise self._error("A condition begins with an attribute's name, as in " + self._example(), names)

    def _unknown(self, name: str, found: Attribute | None) -> str:
        if found:
            return f"{name} is archived on {self._kind.name}; restore it first."
        names = [attribute.name for attribute in active_attributes(self._kind)]
        near = [other for other in names if other.casefold() == name.casefold()]
        near = near or difflib.get_close_matches(name, names, n=1, cutoff=0.5)
        listed = f"it has {', '.join(names[:6])}{' and more' if len(names) > 6 else ''}."
        hint = f"did you mean {written_name(near[0])}?" if near else listed
        return f"{self._kind.name} has no attribute {name}; {hint}"

    def _example(self) -> str:
        attribute = next(iter(active_attributes(self._kind)), None)
        return f"{written_name(attribute.name)} is missing." if attribute else "total > 40."

    def _operator(self) -> Operator | None:
        token = self._token
        if token.is_word("starts"):
            self._take()
            if not self._token.is_word("with"):
                raise self._error("After starts comes with: starts with.", ("with",))
            self._take()
            return Operator.STARTS
        if token.is_word("contains"):
            self._take()
            return Operator.CONTAINS
        text = _SIGNS.get(token.text, token.text)
        if token.kind is Kind.SIGN and text in _ORDERED:
            self._take()
            return Operator(text)
        return None

    def _no_operator(self, attribute: Attribute) -> FilterError:
        words = _operator_words(attribute)
        return self._error(f"After {attribute.name} comes one of: {', '.join(words)}.", words)

    def _state(self, field: Field) -> Filter:
        is_negated = self._token.is_word("not")
        if is_negated:
            self._take()
        if not self._token.is_word(*State):
            expected = tuple(State) if is_negated else (*State, "not")
            raise self._error("After is comes null, missing or empty, or not and one of them.", expected)
        found = Is(field, State(self._take().text.casefold()))
        return Not(found) if is_negated else found

    def _operands(self, attribute: Attribute) -> tuple[Operand, ...]:
        if not self._token.is_sign("("):
            raise self._error("After in comes a list in brackets, such as (1, 2).", ("(",))
        bracket = self._take()
        found = [self._operand(attribute, Operator.EQUAL)]
        while self._token.is_sign(","):
            self._take()
            found.append(self._operand(attribute, Operator.EQUAL))
        if self._token.kind is Kind.END:
            raise FilterError("This bracket is not closed.", bracket.start, bracket.end, (",", ")"))
        if not self._token.is_sign(")"):
            raise self._error("Put a comma between two values, or close the bracket.", (",", ")"))
        self._take()
        return tuple(found)

    def _operand(self, attribute: Attribute, operator: Operator) -> Operand:
        found = read_operand(attribute, operator, self._token)
        if isinstance(found, Misfit):
            raise self._error(found.reason, _value_words(attribute))
        self._take()
        return found.operand


def _ends(token: Token) -> bool:
    return token.kind is Kind.END or token.is_word("and", "or") or token.is_sign(")")


def _article(attribute: Attribute) -> str:
    return "a reference to many" if attribute.many else attribute.data_type.article


def _operator_words(attribute: Attribute) -> tuple[str, ...]:
    return (*operators_of(attribute), "in", "is", "not")


def _value_words(attribute: Attribute) -> tuple[str, ...]:
    if attribute.data_type is DataType.BOOLEAN:
        return "true", "false"
    return tuple(map(written_text, attribute.options))

"""The sandbox's own records: what stands in its data files, one type a file."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RecordFault:
    """Why a population register marks one record as faulty."""

    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Person:
    """A row of the population register; `hidden` shows the name behind asterisks and compares nothing.

    `restricted_to` names the only purposes for which the hub answers about this person; empty: any.
    """

    id_number: str
    name: str
    sex: str
    birth_date: str
    birth_division: str
    why: str
    birth_country: str = "CHN"
    ethnic_code: str = "01"
    deceased: bool = False
    hidden: bool = False
    fault: RecordFault | None = None
    restricted_to: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Hukou:
    """The state of a household registration; empty texts stand for what is not there."""

    id_number: str
    state: str
    division: str
    address: str
    reason: str = ""
    cancelled_on: str = ""


@dataclass(frozen=True, slots=True)
class Member:
    """One person in a household; the name comes from the population register."""

    id_number: str
    relation: str
    former_name: str = ""


@dataclass(frozen=True, slots=True)
class Household:
    """A household book."""

    number: str
    address: str
    division: str
    members: tuple[Member, ...]


@dataclass(frozen=True, slots=True)
class TravelDocument:
    """A passport or travel document; `kind` is the immigration service's two-digit code, dates are yyyyMMdd."""

    number: str
    kind: str
    state: str
    expires: str
    birth_date: str
    latin_name: str
    chinese_name: str
    sex: str
    successor: str = ""


@dataclass(frozen=True, slots=True)
class Movement:
    """One crossing of the border; `date` is yyyy-MM-dd, `direction` is in or out."""

    direction: str
    date: str
    doc_type: str
    doc_number: str
    port: str
    flight: str = ""


@dataclass(frozen=True, slots=True)
class Movements:
    """All crossings the register knows of one person, and which kinds of documents it does not know."""

    id_number: str
    excludes: tuple[str, ...]
    movements: tuple[Movement, ...]


@dataclass(frozen=True, slots=True)
class Unit:
    """A property unit and its owner; area in square metres."""

    certificate: str
    unit_number: str
    owner_name: str
    owner_id: str
    location: str
    division: str
    use: str
    area: float
    mortgaged: bool = False
    sealed: bool = False


@dataclass(frozen=True, slots=True)
class Company:
    """An enterprise; times are yyyy-MM-dd (China), capital in units of 10,000."""

    uscc: str
    name: str
    registration_number: str
    kind: str
    representative: str
    domicile: str
    state: str
    capital: float
    established: str
    authority: str
    scope: str
    term_to: str = ""
    currency: str = "人民币"


@dataclass(frozen=True, slots=True)
class Dishonest:
    """A published dishonest judgment debtor; `card_number` is whole here and masked on the wire."""

    name: str
    card_number: str
    case_code: str
    court: str
    area: str
    basis_number: str
    basis_unit: str
    registered_on: str
    published_on: str
    duty: str
    performance: str
    conduct: str
    party_kind: str
    age: int = 0
    sex: str = ""
    representative: str = ""


@dataclass(frozen=True, slots=True)
class Address:
    """One entry of the standard address library; degrees in CGCS2000, `level` from 1 (city) to 15 (room)."""

    text: str
    code: str
    level: int
    score: float
    lat: float
    lng: float
    division: str
    province: str
    city: str
    county: str
    town: str
    community: str = ""
    street: str = ""
    door: str = ""
    building: str = ""
    unit: str = ""
    floor: str = ""
    room: str = ""
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Trouble:
    """A switch that one subject always meets: `subject` is the number asked about."""

    operation: str
    subject: str
    switch: str
    why: str

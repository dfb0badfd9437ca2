"""What people read for each word of the closed lists (Spanish message ids)."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from geo.terms import (
    Answer,
    CrsBasis,
    Deed,
    FactKind,
    GridDatum,
    HolderKind,
    Kind,
    Noun,
    OverlapClass,
    Severity,
    Status,
    Sure,
    Tenure,
    Tier,
)

LABELS: Mapping[type[StrEnum], Mapping[Any, str]] = {
    Noun: {Noun.CONCESSION: "derecho o proyecto", Noun.TERRITORY: "territorio"},
    Kind: {
        Kind.MINING: "minería",
        Kind.LOGGING: "forestal",
        Kind.HYDROCARBON: "hidrocarburos",
        Kind.PLOT: "predio agrícola",
        Kind.INFRASTRUCTURE: "infraestructura",
        Kind.ZONE: "zona declarada por norma",
        Kind.DETECTION: "detección satelital",
        Kind.AREA: "área sin tipo declarado",
    },
    Status: {
        Status.TITLED: "titulado",
        Status.APPLICATION: "en trámite",
        Status.EXTINGUISHED: "extinguido",
        Status.OTHER: "otro",
        Status.UNKNOWN: "estado desconocido",
    },
    Tenure: {
        Tenure.TITLED: "titulado",
        Tenure.USE_CESSION: "cedido en uso",
        Tenure.RECOGNISED: "reconocido",
        Tenure.CLAIMED: "solicitado o reivindicado, no titulado",
        Tenure.RESERVE: "reserva indígena o territorial",
        Tenure.PROTECTED_AREA: "área natural protegida",
        Tenure.BUFFER_ZONE: "zona de amortiguamiento",
        Tenure.UNKNOWN: "tenencia desconocida",
    },
    HolderKind: {
        HolderKind.COMPANY: "empresa",
        HolderKind.NATURAL_PERSON: "persona natural",
        HolderKind.STATE: "entidad del Estado",
        HolderKind.COMMUNITY: "comunidad",
        HolderKind.UNKNOWN: "titular no clasificado",
    },
    Tier: {
        Tier.PUBLIC: "público",
        Tier.PARTNER: "organizaciones aliadas",
        Tier.RESTRICTED: "restringido",
    },
    CrsBasis: {
        CrsBasis.DECLARED: "declarado en el archivo",
        CrsBasis.STANDARD: "según la norma del formato",
        CrsBasis.STATED: "según documento o fuente",
        CrsBasis.ASSUMED: "asumido por quien lo usó",
    },
    GridDatum: {
        GridDatum.WGS84: "kilómetros enteros en WGS84",
        GridDatum.PSAD56: "kilómetros enteros en PSAD56",
        GridDatum.UNKNOWN: "fuera de la cuadrícula",
    },
    OverlapClass: {
        OverlapClass.OVERLAP: "superposición",
        OverlapClass.SLIVER: "franja mínima",
        OverlapClass.INDETERMINATE: "indeterminada: menor que el error",
        OverlapClass.NEAR: "cercano: dentro del error",
        OverlapClass.ADJACENT: "colindante",
    },
    Severity: {
        Severity.INFO: "informativa",
        Severity.LOW: "baja",
        Severity.MEDIUM: "media",
        Severity.HIGH: "alta",
        Severity.CRITICAL: "crítica",
    },
    Answer: {Answer.YES: "sí", Answer.NO: "no", Answer.UNKNOWN: "no se sabe"},
    Deed: {
        Deed.EXCLUDED: "excluida",
        Deed.REPAIRED: "reparada",
        Deed.NOTED: "anotada",
    },
    Sure: {
        Sure.FOUND: "hallado en la fuente citada",
        Sure.COMPUTED: "calculado",
        Sure.INFERRED: "deducido",
        Sure.RECALLED: "por confirmar",
        Sure.PROPOSAL: "propuesta",
        Sure.TO_BE_CONFIRMED: "por confirmar",
    },
    FactKind: {
        FactKind.FILING: "formulación",
        FactKind.GRANT: "otorgamiento",
        FactKind.TITLE: "título",
        FactKind.RECOGNITION: "reconocimiento",
        FactKind.REGISTRATION: "inscripción",
        FactKind.CLAIM: "solicitud de titulación o ampliación",
        FactKind.CONSULTATION: "consulta previa",
        FactKind.CONSULTATION_SEARCH: "búsqueda de consulta previa",
        FactKind.WORKS_START: "inicio de obras",
        FactKind.EXTINCTION: "extinción",
        FactKind.EXPIRY: "vencimiento",
    },
}

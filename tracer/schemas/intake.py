"""An intake as it is sent and as its receipt comes back."""

from marshmallow import RAISE, Schema, fields, validate

from tracer.schemas.form import Form


class _Choices:
    """What comes beside the file: a shipped map by name or a map's own text, and the disease."""

    map = fields.String(load_default="", metadata={"description": "A map that Tracer ships with, by name."})
    map_toml = fields.String(
        load_default="",
        validate=validate.Length(max=100_000, error="The map is too long: 100,000 characters is the most."),
        metadata={"description": "A map's own text (TOML), for a source that is not ours."},
    )
    disease = fields.String(
        load_default="", metadata={"description": "covid-19 where neither this nor the map says otherwise."}
    )


class IntakeForm(_Choices, Form):
    """The page's form."""


class IntakeParts(_Choices, Schema):
    """The parts of an upload by a machine; the file is added where uploads are known."""

    class Meta:
        """A part that means nothing here is a fault."""

        unknown = RAISE


class Receipt(Schema):
    """How far a batch is, and what became of it: in the end declared = loaded + joined + rejected."""

    id = fields.UUID()
    filename = fields.String()
    map_name = fields.String(allow_none=True)
    disease = fields.String()
    state = fields.String(metadata={"description": "received (it waits, or is being loaded), loaded or refused."})
    message = fields.String(allow_none=True, metadata={"description": "Why it was refused, or what was noticed."})
    worked_at = fields.DateTime(
        allow_none=True, metadata={"description": "When a worker last said that it was at it; null while none is."}
    )
    rows = fields.Integer(allow_none=True, metadata={"description": "Rows in the file, once a worker has read it."})
    rows_done = fields.Integer(metadata={"description": "Rows worked through so far."})
    declared = fields.Integer(metadata={"description": "Rows in the file, once it is loaded; 0 before."})
    loaded = fields.Integer(metadata={"description": "New cases."})
    joined = fields.Integer(metadata={"description": "Rows of cases that were here already."})
    rejected = fields.Integer(metadata={"description": "Rows that were not taken; each says what to do."})
    received_at = fields.DateTime()
    finished_at = fields.DateTime(allow_none=True)
    summary = fields.String()
    rejects_url = fields.String()
    rejects_csv_url = fields.String()


class Receipts(Schema):
    """A page of receipts, the newest first."""

    intakes = fields.List(fields.Nested(Receipt))
    next_url = fields.String(allow_none=True)


class RowProblem(Schema):
    """One thing wrong with a row."""

    column = fields.String()
    value = fields.String()
    message = fields.String(metadata={"description": "What to do."})


class RejectedRow(Schema):
    """A row that was not taken, as it came."""

    line = fields.Integer(metadata={"description": "The line of the file; the header is line 1."})
    faults = fields.List(fields.Nested(RowProblem))
    cells = fields.Dict(keys=fields.String(), values=fields.String())


class RejectedRows(Schema):
    """A page of rejected rows, in the order of the file."""

    rejects = fields.List(fields.Nested(RejectedRow))
    next_url = fields.String(allow_none=True)


class Problem(Schema):
    """What went wrong, and what to do."""

    status = fields.Integer()
    message = fields.String()
    fields_ = fields.Dict(data_key="fields", keys=fields.String(), values=fields.String())


class AfterLine(Schema):
    """Where a page of rejected rows starts."""

    class Meta:
        """A word that means nothing here is a fault."""

        unknown = RAISE

    after = fields.Integer(load_default=0, validate=validate.Range(min=0))


class BeforeIntake(Schema):
    """Where a page of receipts starts."""

    class Meta:
        """A word that means nothing here is a fault."""

        unknown = RAISE

    before = fields.UUID(load_default=None)


class TokenForm(Form):
    """A new token of a machine."""

    name = fields.String(required=True, validate=validate.Length(1, 80, error="Give it a name of 1 to 80 characters."))
    staff = fields.UUID(required=True, error_messages={"invalid_uuid": "Choose the account that it acts for."})
    days = fields.Integer(required=True, error_messages={"invalid": "Enter the days as a number, like 90."})

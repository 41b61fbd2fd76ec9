"""How far this tier has followed others' feeds. A cursor moves in the transaction that takes the entry in."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, MetaData, PrimaryKeyConstraint, Table, Text, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from chassis.sql.transaction import Transaction
from kernel.refusals import ChainBroken


def cursor_table(metadata: MetaData) -> Table:
    """Declare ``cursors`` on a tier's metadata; its migration calls ``migrations_v1.create_cursors``."""
    return Table(
        "cursors",
        metadata,
        Column("name", Text),
        Column("position", BigInteger, nullable=False),
        PrimaryKeyConstraint("name", name="cursors_pkey"),
    )


class Cursors:
    """The cursors inside one transaction."""

    def __init__(self, tx: Transaction, table: Table) -> None:
        self._connection = tx.connection
        self._table = table

    def get(self, name: str) -> int:
        """The number of the last entry taken in; 0 before the first."""
        position = self._connection.scalar(select(self._table.c.position).where(self._table.c.name == name))
        return position or 0

    def hold(self, name: str) -> int:
        """Where it stands; whoever else would move it waits until this transaction ends."""
        t = self._table.c
        held = select(t.position).where(t.name == name).with_for_update()
        position: int | None = self._connection.scalar(held)
        if position is None:
            self._connection.execute(upsert(self._table).values(name=name, position=0).on_conflict_do_nothing())
            position = self._connection.scalar(held)
        assert position is not None, "a cursor is never deleted"
        return position

    def advance(self, name: str, *, to: int, expected: int | None = None) -> None:
        """Move the cursor from exactly ``expected`` (``to - 1`` when not given) and hold it to the commit.

        Args:
            expected: for entries taken in together: where the cursor stood before the first of them.

        Raises:
            ChainBroken: the cursor stands elsewhere: an entry is missing, or another process took this one.
        """
        before = to - 1 if expected is None else expected
        assert 0 <= before < to, "a cursor moves forward"
        t = self._table.c
        if before == 0:
            move = (
                upsert(self._table)
                .values(name=name, position=to)
                .on_conflict_do_update(index_elements=[t.name], set_={"position": to}, where=t.position == 0)
                .returning(t.position)
            )
            moved = self._connection.execute(move).one_or_none() is not None
        else:
            moved = (
                self._connection.execute(
                    update(self._table).where(t.name == name, t.position == before).values(position=to)
                ).rowcount
                == 1
            )
        if not moved:
            raise ChainBroken(why=f"应在第 {before} 条之后，现在第 {self.get(name)} 条")

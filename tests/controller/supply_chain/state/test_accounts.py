"""The accounts: every entry debits one and credits another, and no part of a cent is lost."""

import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from controller.supply_chain.state.accounts import (
    CASH,
    COSTS,
    FEES,
    SALES,
    STOCK,
    Accounts,
    cost_by_cause,
    payable,
    seller_account,
)

ANNA = seller_account("anna")
ACCOUNTS = st.sampled_from((CASH, STOCK, SALES, FEES, ANNA, payable("Alder & Co")))
ENTRIES = st.lists(st.tuples(ACCOUNTS, ACCOUNTS, st.integers(-5_000, 5_000), st.sampled_from(("sale", "pick fee"))))


def test_money_goes_from_credit_to_debit() -> None:
    """Three euros of a sale are in the cash account and in the sales account."""
    accounts = Accounts()
    accounts.post(7, CASH, SALES, 300, "sale", "order 8")
    assert dict(accounts.balance) == {CASH: 300, SALES: -300}
    move = accounts.take_moves()[0]
    assert (move.t, move.debit, move.credit, move.cents, move.cause, move.about) == (
        7,
        "cash",
        "sales",
        300,
        "sale",
        "order 8",
    )
    assert accounts.take_moves() == []


def test_a_negative_amount_goes_the_other_way() -> None:
    """Every entry of the journal is positive."""
    accounts = Accounts()
    accounts.post(0, CASH, SALES, -300, "correction")
    assert [(move.debit, move.credit, move.cents) for move in accounts.take_moves()] == [(SALES, CASH, 300)]


def test_nothing_is_no_entry() -> None:
    """An entry of 0 cents is not reported."""
    accounts = Accounts()
    accounts.post(0, CASH, SALES, 0, "sale")
    assert accounts.take_moves() == []


def test_parts_of_a_cent_are_gathered() -> None:
    """Five times 0.4 cents are two, posted when they are full; the rest is rounded at the end."""
    accounts = Accounts()
    for tick in range(6):
        accounts.spend(tick, 0.4, "robot energy")
    assert [move.t for move in accounts.take_moves()] == [2, 4]
    accounts.spend(6, 0.3, "robot energy")
    accounts.flush(7)
    assert accounts.balance[f"{COSTS}:robot energy"] == 3


def test_costs_are_shown_by_cause() -> None:
    """Causes are listed by size, the largest first; other accounts are no costs."""
    accounts = Accounts()
    accounts.spend(0, 50, "packaging")
    accounts.spend(0, 700, "labour: picking")
    accounts.post(0, CASH, SALES, 900, "sale")
    assert list(cost_by_cause(accounts.balance).items()) == [("labour: picking", 700), ("packaging", 50)]


@given(ENTRIES)
def test_all_accounts_together_are_nothing(entries: list[tuple[str, str, int, str]]) -> None:
    """The accounts sum to nothing whatever is posted, and an account posted to itself changes nothing."""
    accounts = Accounts()
    for debit, credit, cents, cause in entries:
        accounts.post(0, debit, credit, cents, cause)
        assert sum(accounts.balance.values()) == 0


@given(ENTRIES)
def test_a_statement_adds_up_to_the_balance(entries: list[tuple[str, str, int, str]]) -> None:
    """The lines by cause are the account's balance with the opposite sign, and restart after a settlement."""
    accounts = Accounts()
    for debit, credit, cents, cause in entries:
        accounts.post(0, debit, credit, cents, cause)
    owed = sum(accounts.statement(ANNA).values())
    assert owed == -accounts.balance[ANNA]
    accounts.post(1, ANNA, CASH, owed, "settlement")
    accounts.close_statement(ANNA)
    assert accounts.statement(ANNA) == {}
    assert accounts.balance[ANNA] == 0


@given(st.lists(st.floats(0.0, 3.0)))
def test_no_part_of_a_cent_is_lost(parts: list[float]) -> None:
    """The posted amount differs from the amount spent by less than a cent, and after the flush by half a cent at most."""
    accounts = Accounts()
    for part in parts:
        accounts.spend(0, part, "vans")
    assert -1e-6 <= sum(parts) - accounts.balance["costs:vans"] < 1
    accounts.flush(0)
    assert abs(sum(parts) - accounts.balance["costs:vans"]) <= 0.5 + 1e-6


def test_accounts_are_stored_with_the_site() -> None:
    """Pickled accounts hold the same when read again."""
    accounts = Accounts()
    accounts.post(0, CASH, ANNA, 5, "sale")
    accounts.spend(0, 0.7, "vans")
    restored = pickle.loads(pickle.dumps(accounts))
    restored.spend(0, 0.7, "vans")
    assert restored.statement(ANNA) == {"sale": 5}
    assert restored.balance["costs:vans"] == pytest.approx(1)

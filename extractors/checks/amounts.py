"""How much is in a pack: its items by their content, what drips off, what is within what."""

from collections.abc import Iterator, Mapping
from typing import Any

from extractors.checks.findings import Finding, error, number, proof
from extractors.checks.quantities import Quantity, quantity


def net_content_of_items(said: Mapping[str, Any]) -> Iterator[Finding]:
    """The net content is that of its items: 6 x 330 ml are 1.98 l, within the rounding of both and 1 %.

    True labels may count otherwise: "4 + 1 free", bags in cartons, biscuits in bags, or the net content of one item.
    Only what none of these explains is an error.
    """
    net, item = quantity(said, "net_content"), quantity(said, "item_content")
    count = number(said, "number_of_items")
    if not (net and item and count and net.dimension == item.dimension and item.low > 0 < net.low):
        return
    many = count.printed
    if _is(net, many, item):
        # One item that is the whole pack is one figure read twice.
        if many > 1:
            yield proof(f"{many} x {item.printed} are {net.printed}.", net, count, item)
        return
    items = round(net.low / item.low)
    free = many / 1.5 <= items <= many * 1.5
    few, more = sorted((many, items))
    # A tenfold is a lost point.
    nested = few >= 1 and more % few == 0 and more / few not in (10, 100, 1000)
    if not (_is(net, items, item) and (items == 1 or free or nested)):
        yield error(f"{many} x {item.printed} aren't {net.printed}: one of them is misread.", net, count, item)


def drained_weight_within_net(said: Mapping[str, Any]) -> Iterator[Finding]:
    """What is left without the liquid weighs no more than with it."""
    drained, net = quantity(said, "drained_weight"), quantity(said, "net_content")
    if drained and net and drained.dimension == net.dimension and drained.low > 1.01 * net.high + net.step:
        yield error(
            f"Drained weight ({drained.printed}) can't be above net weight ({net.printed}): one is misread.",
            drained,
            net,
        )


def volumes_add_up(said: Mapping[str, Any]) -> Iterator[Finding]:
    """Refrigerator and freezer are within the net volume, the net within the gross volume.

    Both make up the whole, unless there is a chill or wine compartment besides; where they do, all three are proven.
    """
    names = ("refrigerator_volume", "freezer_volume", "net_volume", "gross_volume")
    fresh, frozen, net, gross = (_litres(said, name) for name in names)
    if fresh and frozen and net:
        parts, rounding = fresh.low + frozen.low, fresh.step + frozen.step + net.step
        if parts > net.high + 2 * rounding:
            message = f"{fresh.printed} and {frozen.printed} are more than {net.printed} in all: one is misread."
            yield error(message, net, fresh, frozen)
        elif abs(parts - net.low) <= rounding:
            yield proof(f"{fresh.printed} and {frozen.printed} are {net.printed} in all.", net, fresh, frozen)
    if net and gross and net.low > gross.high + gross.step:
        yield error(f"Net volume ({net.printed}) can't be above gross ({gross.printed}): one is misread.", net, gross)


def _litres(said: Mapping[str, Any], name: str) -> Quantity | None:
    found = quantity(said, name)
    return found if found and found.is_a("volume") else None


def _is(net: Quantity, many: float, item: Quantity) -> bool:
    """Whether so many items are the net content."""
    return abs(net.low - many * item.low) <= net.step + many * item.step + 0.01 * net.low

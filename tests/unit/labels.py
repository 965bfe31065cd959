"""True labels, each with what its checks prove: the odd ones, too, that no check may find wrong."""

from tests.unit.checking import at_most, q, span


def table(kj=None, kcal=None, **grams):
    """A nutrition table; a number is in grams."""
    energy = {"energy_kj": kj and q(kj, "kJ"), "energy_kcal": kcal and q(kcal, "kcal")}
    nutrients = {name: amount if isinstance(amount, dict) else q(amount, "g") for name, amount in grams.items()}
    return {name: value for name, value in energy.items() if value} | nutrients


def per_100(label, **besides):
    return {"nutrition_per_100g": label} | besides


def serving(label, **besides):
    return {"nutrition_per_serving": label} | besides


def pack(net, item, count):
    return {"net_content": net, "item_content": item, "number_of_items": count}


def plate(volts, amperes, watts):
    return {"input_voltage": volts, "input_current": amperes, "power": watts}


def output(volts, amperes, watts):
    return {"output_voltage": volts, "output_current": amperes, "output_power": watts}


def battery(volts, charge, energy):
    return {"battery_voltage": volts, "battery_capacity": charge, "battery_energy": energy}


def volumes(fresh, frozen, net, **besides):
    return {"refrigerator_volume": q(fresh, "l"), "freezer_volume": q(frozen, "l"), "net_volume": q(net, "l")} | besides


def tyre(index, load):
    return {"load_index": index, "maximum_load": load}


def washed(how, temperature):
    return {"washing": how, "washing_temperature": temperature}


COOKIES = table(2071, 494, fat=23.4, saturated_fat=12.1, carbohydrate=64.8, sugars=35.2, protein=6.1)
A_COOKIE = table(435, 104, fat=4.9, saturated_fat=2.5, carbohydrate=13.6, sugars=7.4, protein=1.3)
BAR = table(kcal=190, fat=7, saturated_fat=1, carbohydrate=29, fibre=2, sugars=11, added_sugars=11, protein=3)
MUESLI = table(1560, 370, fat=6, carbohydrate=64, sugars=20, protein=10)
WITH_MILK = table(940, 224, fat=4.9, carbohydrate=35, sugars=15, protein=8.8)
COLUMNS = " ".join(f"100.{name} serving.{name}" for name in COOKIES) + " serving_size"
PACK, PLATE, OUTPUT, BATTERY = (" ".join(made(1, 1, 1)) for made in (pack, plate, output, battery))
PER_ML = {"nutrient_basis_quantity": q(100, "ml")}

FOOD = [
    (per_100(COOKIES), "100.energy_kj 100.energy_kcal 100.fat 100.carbohydrate"),
    (per_100(COOKIES, serving_size=q(21, "g")) | serving(A_COOKIE), COLUMNS),
    # America: whole grams, tens of kcal, fibre among the carbohydrate
    (
        serving(BAR, serving_size=q(42, "g"), number_of_servings_per_package=6, net_content=q(252, "g")),
        "serving.energy_kcal serving.carbohydrate serving_size number_of_servings_per_package net_content",
    ),
    (
        serving(BAR, number_of_servings_per_package=8, serving_size=q(30, "g"), net_content=q(227, "g")),
        "serving.energy_kcal serving.carbohydrate",
    ),  # about 8
    (serving(table(kcal=10, fat=0.5, carbohydrate=3, fibre=2, protein=1), serving_size=q(5, "g")), ""),  # cocoa
    (serving(table(kcal=130, fat=14, carbohydrate=6, protein=6), serving_size=q(28, "g")), ""),  # almonds, as measured
    (serving(table(kcal=25, fat=0, carbohydrate=19, sugars=0, protein=0)), ""),  # erythritol
    (
        per_100(table(kcal=350, fat=5.5, carbohydrate=48, fibre=27, protein=14)),
        "100.energy_kcal 100.carbohydrate 100.protein",
    ),  # bran
    (per_100(table(kcal=350, fat=5.5, carbohydrate=48, protein=14)), ""),  # bran whose fibre isn't told
    (
        per_100(table(648, 155, fat=0, carbohydrate=64, polyols=64, protein=0)),
        "100.energy_kj 100.energy_kcal 100.carbohydrate",
    ),
    (per_100(table(648, 155, fat=0, carbohydrate=64, sugars=0, protein=0)), "100.energy_kj 100.energy_kcal"),
    (per_100(table(kcal=380, fat=0, carbohydrate=0, protein=101)), ""),  # collagen: 6.25 times nitrogen
    (
        per_100(table(1360, 320, fat=at_most(0.5, "g"), carbohydrate=80, sugars=79, protein=at_most(0.5, "g"))),
        "100.energy_kj 100.energy_kcal 100.carbohydrate",
    ),  # syrup: 4.25 kJ a kcal
    (
        per_100(table(3389, 824, fat=91.6, carbohydrate=0, protein=0), **PER_ML),
        "100.fat 100.energy_kcal 100.energy_kj",
    ),  # oil
    (per_100(table(kcal=429, fat=0, carbohydrate=115, sugars=113, protein=0), **PER_ML), ""),  # syrup
    (per_100(table(kcal=22, fat=at_most(0.5, "g"), saturated_fat=0.4, carbohydrate=0.6, protein=0.4)), ""),  # vinegar
    (
        per_100(
            {
                "fat": q(0, "g"),
                "saturated_fat": q(0.4, "g"),
                "energy_kj": at_most(17, "kJ"),
                "energy_kcal": q(4, "kcal"),
            }
        ),
        "",
    ),
    (
        per_100(
            {"carbohydrate": q(0.4, "g"), "sugars": at_most(0.5, "g"), "fat": q(1, "g"), "saturated_fat": q(500, "mg")}
        ),
        "",
    ),
    (per_100({"salt": q(1, "g"), "sodium": q(400, "mg")}), "100.salt 100.sodium"),
    (per_100({"salt": q(0.2, "g"), "sodium": q(0.1, "g")}), ""),  # 0.23 g and 0.09 g
    (per_100({"salt": at_most(0.01, "g"), "sodium": at_most(0.01, "g")}), ""),
    # A serving that is told with milk
    (
        per_100(MUESLI, serving_size=q(45, "g")) | serving(WITH_MILK),
        "100.energy_kj 100.energy_kcal serving.energy_kj serving.energy_kcal serving.carbohydrate",
    ),
    (pack(q(1.98, "l"), q(330, "ml"), 6), PACK),
    (pack(q(100, "g"), q(33.3, "g"), 3), PACK),
    (pack(q(250, "g"), q(50, "g"), 4), ""),  # 4 + 1 free
    (pack(q(200, "g"), q(50, "g"), 5), ""),  # the free one is counted
    (pack(q(172, "g"), q(21.5, "g"), 4), ""),  # twins
    (pack(q(210, "g"), q(105, "g"), 8), ""),  # two bags of four biscuits
    (pack(q(330, "ml"), q(330, "ml"), 24), ""),
    (pack(q(500, "g"), q(500, "g"), 1), ""),
    (pack(q(10, "fl oz"), q(296, "ml"), 3), ""),
    (pack(q(500, "g"), q(500, "ml"), 3), ""),
    ({"net_content": q(425, "g"), "drained_weight": q(240, "g")}, ""),
    ({"production_date": "2027-05", "best_before_date": "2027"}, ""),
    ({"packaging_date": "2027-05-03", "expiration_date": "2027-05-03"}, ""),
]
OTHERS = [
    (
        "beverage",
        per_100(table(345, 83, fat=0, carbohydrate=1, protein=0), **PER_ML),
        "100.energy_kj 100.energy_kcal",
    ),  # wine
    ("beverage", {"vintage": 2021, "best_before_date": "2021-12"}, ""),
    ("health", {"ndc": "12345-678-90", "gtin": "312345678906"}, "ndc gtin"),
    ("health", {"ndc": "12345-678-91", "gtin": "312345678906"}, ""),
    ("health", {"national_code": "3400930000007"}, "national_code"),
    ("health", {"national_code": "3400930000008"}, ""),
    ("health", serving(table(kcal=2, fat=0, carbohydrate=0.2, protein=0)), ""),
    ("beauty", pack(q(300, "ml"), q(50, "ml"), 6), PACK),
    ("household", pack(q(540, "g"), q(27, "g"), 20), PACK),
    ("general", pack(q(1, "kg"), q(100, "g"), 10), PACK),
    ("appliance", plate(span(220, 240, "V"), q(0.8, "A"), q(130, "W")), ""),  # a motor
    ("appliance", plate(span(380, 415, "V"), q(16, "A"), q(11, "kW")), ""),  # three phases
    ("appliance", plate(q(230, "V"), q(16, "A"), q(11000, "W")), ""),
    ("appliance", volumes(231, 100, 331), "refrigerator_volume freezer_volume net_volume"),
    ("appliance", volumes(231, 100, 360, gross_volume=q(380, "l")), ""),  # and a compartment for wine
    ("tools", plate(q(230, "V"), q(8.7, "A"), q(2000, "W")), PLATE),
    ("tools", plate(span(220, 240, "V"), q(6.2, "A"), q(1400, "W")), PLATE),
    ("electronics", plate(span(100, 240, "V"), q(1.5, "A"), q(45, "W")), ""),  # a charger
    ("electronics", output(q(5, "V"), q(2000, "mA"), q(10, "W")), OUTPUT),
    ("electronics", output(q(5, "V"), q(2.4, "A"), q(48, "W")), ""),  # of four outputs
    ("electronics", battery(q(3.7, "V"), q(10000, "mAh"), q(37, "Wh")), BATTERY),
    ("electronics", battery(q(3.7, "V"), q(6000, "mAh"), q(37, "Wh")), ""),  # a capacity at 5 V
    ("toys", battery(q(7.4, "V"), q(1500, "mAh"), q(11.1, "Wh")), BATTERY),
    ("tools", battery(q(20, "V"), q(2, "Ah"), q(36, "Wh")), ""),  # 20 V max
    ("tools", battery(q(18, "V"), q(5, "Ah"), q(90, "Wh")), BATTERY),
    ("automotive", tyre("91", q(615, "kg")), "load_index maximum_load"),
    ("automotive", tyre("91", q(1356, "lb")), "load_index maximum_load"),
    ("automotive", tyre("105", q(905, "kg")), ""),  # a P-metric tyre
    ("automotive", {"tyre_size": "225/45 ZR17", "speed_symbol": "W"}, ""),
    ("automotive", {"tyre_size": "225/50 ZR16", "speed_symbol": "V"}, ""),
    ("automotive", {"dot_code": "DOT 3VK R4GT2X 5325"}, ""),
    ("automotive", {"dot_code": "DOT U9 LM 9921"}, ""),  # the outer side, without a date
    ("apparel", washed("hand wash", q(40, "°C")), ""),
    ("apparel", washed("hand wash", at_most(40, "°C")), ""),
    ("apparel", washed("very mild", q(20, "°C")), ""),
    ("apparel", washed("normal", q(200, "°F")), ""),
    (
        "toys",
        {"textile_composition": [{"material": "wool", "percentage": q(100, "%")}]},
        "textile_composition.0.percentage",
    ),
    ("book", {"isbn": "978-0-14-001399-3", "isbn_10": "0-14-001399-7"}, "isbn isbn_10"),
    ("book", {"isbn": "978-0-14-001399-3", "gtin": "9780140013993"}, "isbn gtin"),
    ("book", {"issn": "0028-0836", "gtin": "9770028083002"}, "issn gtin"),
    ("book", {"isbn": "978-0-14-001399-3", "gtin": "5449000039231"}, ""),
]


def _paths(short):
    return {
        name.replace("100.", "nutrition_per_100g.").replace("serving.", "nutrition_per_serving.")
        for name in short.split()
    }


TRUE = [
    (category, label, _paths(proven)) for category, label, proven in [*(("grocery", *food) for food in FOOD), *OTHERS]
]
"""Category, label, and the paths of what is proven."""

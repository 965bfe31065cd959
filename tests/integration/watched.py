"""Reading the watch out of a packaged template: its alarms, its dashboard, and the metrics that both stand on."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from pipeline.metrics import UNITS, Metrics

# What AWS publishes, by namespace and dimensions, of what could be named here. Sources: Lambda developer guide, "Types
# of metrics for Lambda functions"; SQS developer guide, "Available CloudWatch metrics for Amazon SQS"; DynamoDB
# developer guide, "DynamoDB metrics and dimensions".
PUBLISHED = {
    ("AWS/Lambda", "FunctionName"): (
        "Invocations Errors Throttles Duration ConcurrentExecutions DestinationDeliveryFailures DeadLetterErrors "
        "AsyncEventsReceived AsyncEventAge AsyncEventsDropped"
    ),
    ("AWS/SQS", "QueueName"): (
        "ApproximateAgeOfOldestMessage ApproximateNumberOfMessagesVisible ApproximateNumberOfMessagesDelayed "
        "ApproximateNumberOfMessagesNotVisible NumberOfMessagesSent NumberOfMessagesReceived NumberOfMessagesDeleted"
    ),
    ("AWS/DynamoDB", "TableName"): (
        "ConsumedReadCapacityUnits ConsumedWriteCapacityUnits ReadThrottleEvents WriteThrottleEvents"
    ),
    ("AWS/DynamoDB", "GlobalSecondaryIndexName TableName"): (
        "ConsumedReadCapacityUnits ConsumedWriteCapacityUnits ReadThrottleEvents WriteThrottleEvents"
    ),
    ("AWS/DynamoDB", "Operation TableName"): "ThrottledRequests SystemErrors SuccessfulRequestLatency",
}


class Metric(NamedTuple):
    """A metric as an alarm or a graph names it."""

    namespace: str
    name: str
    dimensions: Mapping[str, str]


def of_type(template: dict[str, Any], kind: str) -> dict[str, dict[str, Any]]:
    """The properties of the resources of a type."""
    return {name: each["Properties"] for name, each in template["Resources"].items() if each["Type"] == kind}


def alarms(template: dict[str, Any], stage: str = "dev") -> dict[str, dict[str, Any]]:
    """The alarms by their names, less what all names of the stage begin with."""
    found = of_type(template, "AWS::CloudWatch::Alarm").values()
    assert all(alarm["AlarmName"].startswith(f"product-ocr-{stage}-") for alarm in found)
    return {alarm["AlarmName"].removeprefix(f"product-ocr-{stage}-"): alarm for alarm in found}


def dashboard(template: dict[str, Any]) -> dict[str, Any]:
    """The dashboard as CloudWatch gets it, but for the names that Fn::Sub puts into it."""
    [made] = of_type(template, "AWS::CloudWatch::Dashboard").values()
    body: dict[str, Any] = json.loads(made["DashboardBody"].replace("${!", "${"))
    return body


def graphs(template: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The properties of all that shows metrics."""
    for widget in dashboard(template)["widgets"]:
        if widget["type"] == "metric":
            yield widget["properties"]


def metrics_of_alarm(alarm: dict[str, Any]) -> list[Metric]:
    """The metrics that an alarm stands on."""
    parts = [part["MetricStat"]["Metric"] for part in alarm.get("Metrics", ()) if "MetricStat" in part] or [alarm]
    return [
        Metric(part["Namespace"], part["MetricName"], {item["Name"]: item["Value"] for item in part["Dimensions"]})
        for part in parts
    ]


def metrics_of_graph(graph: dict[str, Any]) -> Iterator[Metric]:
    """The metrics that a graph draws, or computes with."""
    for entry in graph["metrics"]:
        words = [word for word in entry if isinstance(word, str)]
        if words:
            namespace, name, *dimensions = words
            yield Metric(namespace, name, dict(zip(dimensions[::2], dimensions[1::2], strict=True)))
        elif found := re.match(r"SEARCH\('\{([\w/,]+)\} MetricName=\"(\w+)\" Stage=\"(\w+)\"'", entry[0]["expression"]):
            namespace, *names = found[1].split(",")
            yield Metric(namespace, found[2], {name: found[3] if name == "Stage" else "any" for name in names})


def operations_on_tables(template: dict[str, Any]) -> set[str]:
    """What the function's role may ask of DynamoDB."""
    policies = of_type(template, "AWS::IAM::Role")["ProcessRole"]["Policies"]
    actions = (statement["Action"] for policy in policies for statement in policy["PolicyDocument"]["Statement"])
    each = (action for some in actions for action in ([some] if isinstance(some, str) else some))
    return {action.removeprefix("dynamodb:") for action in each if action.startswith("dynamodb:")}


def emitted(environment: dict[str, str]) -> set[tuple[str, str, str, str]]:
    """Namespace, name, dimensions and stage of all that the function emits in this environment."""
    counted = Metrics()
    for name in UNITS:
        counted.count(name)
    line = json.loads(counted.line(environment["METRICS_NAMESPACE"], environment["STAGE"], "book", 0))
    return {
        (directive["Namespace"], metric["Name"], " ".join(sorted(dimensions)), line["Stage"])
        for directive in line["_aws"]["CloudWatchMetrics"]
        for dimensions in directive["Dimensions"]
        for metric in directive["Metrics"]
    }


def unknown(template: dict[str, Any], metrics: list[Metric]) -> list[Metric]:
    """Those metrics that neither the function emits nor AWS publishes, or that are of nothing in this stack."""
    ours = emitted(of_type(template, "AWS::Lambda::Function")["ProcessLambdaFunction"]["Environment"]["Variables"])
    indexes = of_type(template, "AWS::DynamoDB::Table")["SpecificationsTable"]["GlobalSecondaryIndexes"]
    there = {
        "FunctionName": {"${ProcessLambdaFunction}"},
        "QueueName": {f"${{{queue}.QueueName}}" for queue in of_type(template, "AWS::SQS::Queue")},
        "TableName": {f"${{{table}}}" for table in of_type(template, "AWS::DynamoDB::Table")},
        "GlobalSecondaryIndexName": {index["IndexName"] for index in indexes},
        "Operation": operations_on_tables(template),
    }

    def is_known(metric: Metric) -> bool:
        dimensions = " ".join(sorted(metric.dimensions))
        if not metric.namespace.startswith("AWS/"):
            return (metric.namespace, metric.name, dimensions, metric.dimensions.get("Stage", "")) in ours
        published = PUBLISHED.get((metric.namespace, dimensions), "").split()
        return metric.name in published and all(value in there[name] for name, value in metric.dimensions.items())

    return [metric for metric in metrics if not is_known(metric)]

"""The alarms, as they would be deployed: each stands on a metric that there is, tells what to do, reaches a person."""

import re
from typing import Any

import pytest

from tests.commands import commands_in, parsed
from tests.integration.deployment import packaged
from tests.integration.watched import (
    Metric,
    alarms,
    graphs,
    metrics_of_alarm,
    metrics_of_graph,
    of_type,
    operations_on_tables,
    unknown,
)

# What can be in trouble, and the metrics that tell.
ALARMS = {
    "function-errors": "Errors",
    "faults": "Faults",
    "function-throttles": "Throttles",
    "function-duration": "Duration",
    "async-event-age": "AsyncEventAge",
    "async-events-dropped": "AsyncEventsDropped",
    "destination-delivery-failures": "DestinationDeliveryFailures",
    "dead-letters": "ApproximateNumberOfMessagesVisible",
    "retry-queue-age": "ApproximateAgeOfOldestMessage",
    "photos-wait-long": "WaitingAge",
    "bedrock-failure-rate": "BedrockCalls BedrockFailures BreakerRefusals",
    "breaker-open": "BreakerRefusals",
    "no-model-answers": "NoModelAnswers",
    "table-throttles": "ThrottledRequests",
    "coordination-faults": "CoordinationFaults",
    "daily-cost": "Cost",
}
QUIET = ("--stage", "prod", "--param", "dailyCostAlarmUsd=0", "--param", "alarmEmail=ops@example.com")


@pytest.fixture(scope="module")
def dev() -> dict[str, Any]:
    """The template of a stage that takes the defaults."""
    return packaged("--stage", "dev").plain


@pytest.fixture(scope="module")
def quiet() -> dict[str, Any]:
    """The template of prod, with somebody to hear, and any cost allowed."""
    return packaged(*QUIET, dependencies=False).plain


def test_every_metric_is_emitted_or_published(dev: dict[str, Any], quiet: dict[str, Any]) -> None:
    """Every metric of alarms and dashboard is one that the code emits, or AWS publishes, of a thing of this stack."""
    for template, stage in ((dev, "dev"), (quiet, "prod")):
        of_alarms = [metric for alarm in alarms(template, stage).values() for metric in metrics_of_alarm(alarm)]
        of_graphs = [metric for graph in graphs(template) for metric in metrics_of_graph(graph)]
        assert len(of_graphs) > len(of_alarms) > 10
        assert unknown(template, of_alarms + of_graphs) == []


@pytest.mark.parametrize(
    "stranger",
    [
        Metric("ProductOcr", "ImagesRead", {"Stage": "dev"}),
        Metric("ProductOcr", "Cost", {"Stage": "prod"}),
        Metric("ProductOcr", "InputTokens", {"Stage": "dev", "Category": "any"}),
        Metric("ProductOCR", "Cost", {"Stage": "dev"}),
        Metric("AWS/DynamoDB", "ThrottledRequests", {"TableName": "${SpecificationsTable}"}),
        Metric("AWS/DynamoDB", "ThrottledRequests", {"TableName": "${SpecificationsTable}", "Operation": "PutItem"}),
        Metric("AWS/SQS", "ApproximateAgeOfOldestMessage", {"QueueName": "${PhotoQueue.QueueName}"}),
        Metric("AWS/Lambda", "Latency", {"FunctionName": "${ProcessLambdaFunction}"}),
    ],
)
def test_a_metric_that_is_not_there_is_found(dev: dict[str, Any], stranger: Metric) -> None:
    """A name, a stage, a set of dimensions or a resource that isn't there is told from one that is."""
    assert unknown(dev, [stranger]) == [stranger]


def test_all_trouble_has_its_alarm_and_a_skipped_model_has_none(dev: dict[str, Any]) -> None:
    """There are the designed alarms and no others; a skipped model is only drawn."""
    found = alarms(dev)
    assert found.keys() == ALARMS.keys()
    for name, metrics in ALARMS.items():
        assert metrics.split() == [metric.name for metric in metrics_of_alarm(found[name])]
    assert "ModelsSkipped" in {metric.name for graph in graphs(dev) for metric in metrics_of_graph(graph)}


def test_every_operation_on_the_table_is_watched_for_throttling(dev: dict[str, Any]) -> None:
    """The alarm counts throttled requests of just the operations that the function may ask for."""
    watched = {metric.dimensions["Operation"] for metric in metrics_of_alarm(alarms(dev)["table-throttles"])}
    assert watched == operations_on_tables(dev)


def test_every_alarm_tells_a_person_what_to_do(dev: dict[str, Any]) -> None:
    """Each alarm says in sentences what it means and which saved query to run, and comes and goes by the topic."""
    saved = {query["Name"] for query in of_type(dev, "AWS::Logs::QueryDefinition").values()}
    for name, alarm in alarms(dev).items():
        description = alarm["AlarmDescription"]
        assert 150 < len(description) <= 1024, name  # CloudWatch API reference, PutMetricAlarm
        assert re.match(r"[A-Z].*[.?]$", description), name
        assert set(re.findall(r'saved query "([^"]+)"', description)) <= saved, name
        assert alarm["AlarmActions"] == alarm["OKActions"] == ["${AlarmTopic}"]


@pytest.mark.parametrize(
    ("line", "is_found"),
    [
        ("2026-11-24T02:16:00.000Z 5f0c Task timed out after 300.00 seconds", True),
        ("RequestId: 5f0c Error: Runtime exited with error: signal: killed", True),
        ("[ERROR] Runtime.ImportModuleError: Unable to import module 'handler'", True),
        ("REPORT RequestId: 5f0c Duration: 900.00 ms Billed Duration: 900 ms", False),
    ],
)
def test_faults_are_found_that_the_function_cannot_log(dev: dict[str, Any], line: str, is_found: bool) -> None:
    """The saved query Faults finds a kill, and a function that can't start, by the line that Lambda writes."""
    saved = of_type(dev, "AWS::Logs::QueryDefinition")["FaultsQuery"]["QueryString"]
    [pattern] = re.findall(r"@message like /(.+)/", saved)
    assert bool(re.search(pattern, line)) == is_found


def test_every_alarm_names_commands_that_there_are(dev: dict[str, Any]) -> None:
    """Commands in the descriptions can be typed, and are for this stage; dead letters are told the way back."""
    told = {name: commands_in(alarm["AlarmDescription"]) for name, alarm in alarms(dev).items()}
    for command in (command for commands in told.values() for command in commands):
        assert parsed(command).stage == "dev", command
    for name in ("dead-letters", "async-events-dropped"):
        assert "npm run operate -- redrive --stage dev" in told[name]
    assert {"npm run operate -- breaker status --stage dev", "npm run operate -- breaker close --stage dev"} <= set(
        told["breaker-open"]
    )


def test_silence_is_no_alarm(dev: dict[str, Any]) -> None:
    """No data is no trouble; but the dead letter queue, on which SQS falls silent after 6 hours, keeps its state."""
    treated = {name: alarm["TreatMissingData"] for name, alarm in alarms(dev).items()}
    assert treated.pop("dead-letters") == "ignore"
    assert set(treated.values()) == {"notBreaching"}


def test_thresholds_follow_what_they_watch(dev: dict[str, Any]) -> None:
    """Duration at 80 % of the timeout, events at half of their age, the queue beyond every delay, a day of dollars."""
    found = alarms(dev)
    [function] = of_type(dev, "AWS::Lambda::Function").values()
    [invoked] = of_type(dev, "AWS::Lambda::EventInvokeConfig").values()
    duration = found["function-duration"]
    assert (duration["ExtendedStatistic"], duration["Threshold"]) == ("p99", 0.8 * 1000 * function["Timeout"])
    assert found["async-event-age"]["Threshold"] == 1000 * invoked["MaximumEventAgeInSeconds"] / 2
    retry = of_type(dev, "AWS::SQS::Queue")["RetryQueue"]
    most_delay = 900  # SQS API reference, SendMessage, DelaySeconds
    assert found["retry-queue-age"]["Threshold"] > most_delay + retry["VisibilityTimeout"]
    waiting = found["photos-wait-long"]
    assert (waiting["Statistic"], waiting["Threshold"]) == ("Maximum", 6 * 3600)
    for name in ("photos-wait-long", "no-model-answers", "breaker-open"):
        assert found[name]["Period"] > most_delay  # or it would fall silent between two waits
    # An error is dated back to when its invocation began, at worst by the timeout, and takes minutes to arrive.
    assert found["function-errors"]["Period"] >= function["Timeout"] + 300
    cost = found["daily-cost"]
    assert (cost["Statistic"], cost["Period"], cost["EvaluationPeriods"], cost["Threshold"]) == ("Sum", 86400, 1, 50)


@pytest.mark.parametrize(
    ("calls", "failures", "spared", "rate"),
    [
        *((1, 1, None, 0), (9, 9, None, 0), (10, None, None, 0)),
        *((10, 4, None, 40), (10, 5, None, 50), (200, 200, None, 100)),
        *((5, 3, 4, 0), (2, 2, 8, 100), (2, None, 8, 80), (None, None, 10, 100)),
    ],
)
def test_bedrock_failures_count_from_ten_calls_on(
    dev: dict[str, Any], calls: int | None, failures: int | None, spared: int | None, rate: int
) -> None:
    """One of one wakes nobody; from ten calls on, half of them failed or spared does. Silence is no gap."""
    alarm = alarms(dev)["bedrock-failure-rate"]
    [expression] = [part["Expression"] for part in alarm["Metrics"] if "Expression" in part]
    functions = {
        "IF": lambda condition, yes, no: yes if condition else no,
        "FILL": lambda value, other: other if value is None else value,
    }
    counted = {"calls": calls, "failures": failures, "spared": spared}
    assert eval(expression, {"__builtins__": {}}, {**functions, **counted}) == rate  # noqa: S307
    assert (alarm["Threshold"], alarm["ComparisonOperator"]) == (50, "GreaterThanOrEqualToThreshold")
    assert alarm["EvaluationPeriods"] == 2  # a burst of spared calls fills one


def test_topic_is_encrypted_so_that_alarms_can_pass(dev: dict[str, Any]) -> None:
    """The topic's key lets CloudWatch use it; only this stage's alarms of this account are let publish, over TLS."""
    topic, key = of_type(dev, "AWS::SNS::Topic")["AlarmTopic"], of_type(dev, "AWS::KMS::Key")["AlarmKey"]
    assert topic == {"TopicName": "product-ocr-dev-alarms", "KmsMasterKeyId": "${AlarmKey.Arn}"}
    assert key["EnableKeyRotation"] is True
    account, alarmed = key["KeyPolicy"]["Statement"]
    assert account["Principal"] == {"AWS": "arn:${AWS::Partition}:iam::${AWS::AccountId}:root"}
    assert alarmed["Principal"] == {"Service": "cloudwatch.amazonaws.com"}
    assert set(alarmed["Action"]) == {"kms:Decrypt", "kms:GenerateDataKey*"}

    [policy] = of_type(dev, "AWS::SNS::TopicPolicy").values()
    assert policy["Topics"] == ["${AlarmTopic}"]
    publish, http = policy["PolicyDocument"]["Statement"]
    assert (publish["Effect"], publish["Principal"]) == ("Allow", {"Service": "cloudwatch.amazonaws.com"})
    alarm = "arn:${AWS::Partition}:cloudwatch:${AWS::Region}:${AWS::AccountId}:alarm:product-ocr-dev-*"
    assert publish["Condition"] == {
        "StringEquals": {"aws:SourceAccount": "${AWS::AccountId}"},
        "ArnLike": {"aws:SourceArn": alarm},
    }
    assert (http["Effect"], http["Principal"]) == ("Deny", "*")
    assert http["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
    assert {publish["Action"], http["Action"]} == {"sns:Publish"}


def test_parameters_say_who_hears_and_what_a_day_may_cost(dev: dict[str, Any], quiet: dict[str, Any]) -> None:
    """The operator's address subscribes, none by default; 0 dollars is no alarm; waiting follows the age limit."""
    assert of_type(dev, "AWS::SNS::Subscription") == {}
    assert of_type(quiet, "AWS::SNS::Subscription") == {
        "AlarmSubscription": {"TopicArn": "${AlarmTopic}", "Protocol": "email", "Endpoint": "ops@example.com"}
    }
    assert alarms(quiet, "prod").keys() == ALARMS.keys() - {"daily-cost"}
    ceiling = ("--param", "dailyCeilingUsd=20")
    changed = ("--param", "dailyCostAlarmUsd=7.50", "--param", "retryAgeLimitSeconds=3600", *ceiling)
    dear = packaged("--stage", "dev", *changed, dependencies=False).plain
    waiting = alarms(dear)["photos-wait-long"]
    assert waiting["Threshold"] == 1800
    assert waiting["AlarmDescription"].startswith("A photo has waited for 30 min,")
    assert "given up after 1 h:" in waiting["AlarmDescription"]
    assert alarms(dear)["daily-cost"]["Threshold"] == 7.5
    [days] = [graph for graph in graphs(dear) if graph["title"].startswith("Dollars a day")]
    assert [mark["value"] for mark in days["annotations"]["horizontal"]] == [7.5, 20]
    [function] = of_type(dear, "AWS::Lambda::Function").values()
    assert function["Environment"]["Variables"]["DAILY_CEILING_USD"] == "20"
    assert alarms(dear)["ceiling-reached"]["AlarmDescription"].startswith("Claude has cost the $20 that")
    assert alarms(dear)["ceiling-reached"]["Period"] > 900  # a waiting photo asks again every 15 minutes at most

"""The packaged CloudFormation template: what `sls deploy` would make, read clause by clause."""

import json
import re
from typing import Any

import pytest
from cfnlint.api import lint_file  # type: ignore[import-untyped]

from pipeline.settings import Settings
from pipeline.store import HIDDEN_SECONDS
from tests.integration.deployment import ROOT, PackageRefused, packaged

BUCKET = "product-ocr-{}-photos-${{AWS::AccountId}}-${{AWS::Region}}"
BEDROCK = "arn:${AWS::Partition}:bedrock:"
KEY = "arn:aws:kms:us-east-1:123456789012:key/00000000-0000-0000-0000-000000000000"
CUSTOM = (
    *("--stage", "prod", "--param", f"kmsKeyArn={KEY}", "--param", "capacityMode=provisioned"),
    *("--param", "capacityMinimum=7", "--param", "capacityMaximum=70", "--param", "architecture=x86_64"),
    *("--param", "models=us.anthropic.claude-sonnet-4-6, anthropic.claude-3-haiku-20240307-v1:0"),
    *("--param", "categoryModels=global.anthropic.claude-haiku-4-5-20251001-v1:0"),
)


@pytest.fixture(scope="module")
def dev() -> dict[str, Any]:
    """The template of a stage that takes the defaults."""
    return packaged("--stage", "dev").plain


@pytest.fixture(scope="module")
def custom() -> dict[str, Any]:
    """The template of prod, with every parameter set that changes more than a number."""
    return packaged(*CUSTOM, dependencies=False).plain


def properties(template: dict[str, Any], name: str) -> dict[str, Any]:
    """The properties of one resource."""
    found: dict[str, Any] = template["Resources"][name]["Properties"]
    return found


def statements(template: dict[str, Any], policy: str) -> list[dict[str, Any]]:
    """The statements of one policy of the function's role."""
    policies = {item["PolicyName"]: item for item in properties(template, "ProcessRole")["Policies"]}
    found: list[dict[str, Any]] = policies[policy]["PolicyDocument"]["Statement"]
    return found


def bucket_statement(template: dict[str, Any], sid: str) -> dict[str, Any]:
    """One statement of the bucket's policy."""
    document = properties(template, "PhotoBucketPolicy")["PolicyDocument"]
    found: dict[str, Any] = {item["Sid"]: item for item in document["Statement"]}[sid]
    return found


def test_cfn_lint_finds_nothing() -> None:
    """cfn-lint has no remark on the template of the defaults, nor on that with every parameter set."""
    for deployment in (packaged("--stage", "dev"), packaged(*CUSTOM, dependencies=False)):
        assert lint_file(deployment.template) == []


def test_every_created_photo_calls_the_function(dev: dict[str, Any]) -> None:
    """Every kind of ObjectCreated calls the function, and only this bucket of this account may call it."""
    bucket = dev["Resources"]["PhotoBucket"]
    assert bucket["Properties"]["NotificationConfiguration"] == {
        "LambdaConfigurations": [{"Event": "s3:ObjectCreated:*", "Function": "${ProcessLambdaFunction.Arn}"}]
    }
    assert bucket["DependsOn"] == ["PhotoBucketMayCallFunction"]
    assert properties(dev, "PhotoBucketMayCallFunction") == {
        "Action": "lambda:InvokeFunction",
        "FunctionName": "${ProcessLambdaFunction.Arn}",
        "Principal": "s3.amazonaws.com",
        "SourceAccount": "${AWS::AccountId}",
        "SourceArn": "arn:${AWS::Partition}:s3:::" + BUCKET.format("dev"),
    }


def test_bucket_is_versioned_encrypted_and_private(dev: dict[str, Any]) -> None:
    """The bucket keeps versions, encrypts with KMS and a bucket key, and can't be made public."""
    bucket = properties(dev, "PhotoBucket")
    assert bucket["BucketName"] == BUCKET.format("dev")
    assert bucket["VersioningConfiguration"] == {"Status": "Enabled"}
    assert bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"] == [
        {"BucketKeyEnabled": True, "ServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms"}}
    ]
    block = bucket["PublicAccessBlockConfiguration"]
    assert len(block) == 4
    assert set(block.values()) == {True}


def test_bucket_refuses_plain_http_and_other_encryption(dev: dict[str, Any]) -> None:
    """Plain HTTP is refused for everything; an upload that asks for another algorithm or key is refused."""
    bucket = "arn:${AWS::Partition}:s3:::" + BUCKET.format("dev")
    http = bucket_statement(dev, "RefusePlainHttp")
    assert (http["Effect"], http["Principal"], http["Action"]) == ("Deny", "*", "s3:*")
    assert http["Resource"] == [bucket, f"{bucket}/*"]
    assert http["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
    asked_otherwise = {
        "RefuseOtherEncryption": {
            "StringNotEquals": {"s3:x-amz-server-side-encryption": "aws:kms"},
            "Null": {"s3:x-amz-server-side-encryption": "false"},
        },
        "RefuseOtherKey": {"Null": {"s3:x-amz-server-side-encryption-aws-kms-key-id": "false"}},
        "RefuseKeyOfUploader": {"Null": {"s3:x-amz-server-side-encryption-customer-algorithm": "false"}},
    }
    for sid, condition in asked_otherwise.items():
        statement = bucket_statement(dev, sid)
        assert (statement["Effect"], statement["Principal"], statement["Action"]) == ("Deny", "*", "s3:PutObject")
        assert statement["Resource"] == f"{bucket}/*"
        assert statement["Condition"] == condition


def test_function_is_as_designed(dev: dict[str, Any]) -> None:
    """python3.11, 1024 MB, 5 minutes, arm64, traced, on a role of its own, no concurrency reserved."""
    function = properties(dev, "ProcessLambdaFunction")
    assert function["Runtime"] == "python3.11"
    assert function["MemorySize"] == 1024
    assert function["Timeout"] == 300
    assert function["Architectures"] == ["arm64"]
    assert function["Handler"] == "handler.handler"
    assert function["TracingConfig"] == {"Mode": "Active"}
    assert function["Role"] == "${ProcessRole.Arn}"
    assert "KmsKeyArn" not in function  # AWS's own key, always
    assert "ReservedConcurrentExecutions" not in function


def test_environment_is_what_the_settings_read(dev: dict[str, Any]) -> None:
    """The function's environment makes valid Settings, with the design's model first and its successor after it."""
    environment = properties(dev, "ProcessLambdaFunction")["Environment"]["Variables"]
    assert Settings.from_env(environment) == Settings(
        bucket=BUCKET.format("dev"),
        table="${SpecificationsTable}",
        coordination_table="${CoordinationTable}",
        retry_queue_url="${RetryQueue}",
        dead_letter_queue_url="${DeadLetterQueue}",
        models=("global.anthropic.claude-sonnet-4-20250514-v1:0", "global.anthropic.claude-sonnet-4-6"),
        category_models=("global.anthropic.claude-sonnet-4-20250514-v1:0", "global.anthropic.claude-sonnet-4-6"),
        stage="dev",
    )


def test_failed_invocations_end_in_the_dead_letter_queue(dev: dict[str, Any]) -> None:
    """An invocation that fails is retried twice, then its event goes to the DLQ."""
    configuration = properties(dev, "ProcessLambdaEvConf")
    assert configuration["MaximumRetryAttempts"] == 2
    assert configuration["MaximumEventAgeInSeconds"] == 21600
    assert configuration["DestinationConfig"] == {"OnFailure": {"Destination": "${DeadLetterQueue.Arn}"}}


def test_waiting_is_not_stopped_as_a_loop(dev: dict[str, Any]) -> None:
    """Lambda lets the function and its retry queue call each other for as long as a photo may wait."""
    assert properties(dev, "ProcessLambdaFunction")["RecursiveLoop"] == "Allow"


def test_retry_queue_is_the_second_event_source(dev: dict[str, Any]) -> None:
    """The retry queue calls the function with one message at a time, few at once, and hears which failed."""
    mapping = properties(dev, "ProcessEventSourceMappingSQSRetryQueue")
    assert mapping["EventSourceArn"] == "${RetryQueue.Arn}"
    assert mapping["BatchSize"] == 1
    assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert mapping["ScalingConfig"] == {"MaximumConcurrency": 5}


def test_queues_are_encrypted_patient_and_chained(dev: dict[str, Any]) -> None:
    """Both are encrypted and keep 14 days; a retry received five times goes to the DLQ, and is hidden long enough."""
    retry, dead_letter = properties(dev, "RetryQueue"), properties(dev, "DeadLetterQueue")
    for queue in (retry, dead_letter):
        assert queue["SqsManagedSseEnabled"] is True
        assert queue["MessageRetentionPeriod"] == 14 * 24 * 3600
        assert queue["MaximumMessageSize"] == 1024 * 1024
    assert retry["VisibilityTimeout"] == HIDDEN_SECONDS == 6 * properties(dev, "ProcessLambdaFunction")["Timeout"]
    assert retry["RedrivePolicy"] == {"deadLetterTargetArn": "${DeadLetterQueue.Arn}", "maxReceiveCount": 5}


def test_table_has_the_designs_keys_and_indexes(dev: dict[str, Any]) -> None:
    """The key, the indexes by_category and by_status; encrypted at rest, with point-in-time recovery."""
    table = properties(dev, "SpecificationsTable")

    def keys(schema: list[dict[str, str]]) -> dict[str, str]:
        return {item["KeyType"]: item["AttributeName"] for item in schema}

    assert keys(table["KeySchema"]) == {"HASH": "image_id", "RANGE": "processing_timestamp"}
    assert {index["IndexName"]: keys(index["KeySchema"]) for index in table["GlobalSecondaryIndexes"]} == {
        "by_category": {"HASH": "category", "RANGE": "processing_timestamp"},
        "by_status": {"HASH": "open_status", "RANGE": "processing_timestamp"},
    }
    assert {index["Projection"]["ProjectionType"] for index in table["GlobalSecondaryIndexes"]} == {"INCLUDE"}
    assert table["SSESpecification"] == {"SSEEnabled": True}
    assert table["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}


def test_containers_share_a_table_of_one_item(dev: dict[str, Any], custom: dict[str, Any]) -> None:
    """The coordination table is keyed by name, always paid by request, encrypted, and known to the function."""
    for template in (dev, custom):
        table = properties(template, "CoordinationTable")
        assert table["KeySchema"] == [{"AttributeName": "name", "KeyType": "HASH"}]
        assert table["BillingMode"] == "PAY_PER_REQUEST"
        assert table["SSESpecification"] == {"SSEEnabled": True}
        environment = properties(template, "ProcessLambdaFunction")["Environment"]["Variables"]
        assert environment["COORDINATION_TABLE"] == "${CoordinationTable}"


def test_table_is_paid_on_demand_by_default(dev: dict[str, Any]) -> None:
    """By default capacity is on demand: nothing is provisioned and nothing scales."""
    table = properties(dev, "SpecificationsTable")
    assert table["BillingMode"] == "PAY_PER_REQUEST"
    assert "ProvisionedThroughput" not in table
    assert all("ProvisionedThroughput" not in index for index in table["GlobalSecondaryIndexes"])
    assert not [name for name, item in dev["Resources"].items() if "AutoScaling" in item["Type"]]


def test_provisioned_capacity_scales_reads_and_writes_of_table_and_indexes(custom: dict[str, Any]) -> None:
    """Provisioned by parameter: reads and writes of the table and of each index have a target and a policy."""
    table = properties(custom, "SpecificationsTable")
    assert table["BillingMode"] == "PROVISIONED"
    for provisioned in (table, *table["GlobalSecondaryIndexes"]):
        assert provisioned["ProvisionedThroughput"] == {"ReadCapacityUnits": 7, "WriteCapacityUnits": 7}
    scaled = set()
    for item in custom["Resources"].values():
        if item["Type"] == "AWS::ApplicationAutoScaling::ScalingPolicy":
            policy = item["Properties"]
            target = properties(custom, policy["ScalingTargetId"].strip("${}"))
            assert (target["MinCapacity"], target["MaxCapacity"]) == (7, 70)
            kind = policy["TargetTrackingScalingPolicyConfiguration"]["PredefinedMetricSpecification"]
            scaled.add((target["ResourceId"], target["ScalableDimension"], kind["PredefinedMetricType"]))
    paths = {"": "table", "/index/by_category": "index", "/index/by_status": "index"}
    assert scaled == {
        (
            f"table/${{SpecificationsTable}}{path}",
            f"dynamodb:{what}:{kind}CapacityUnits",
            f"DynamoDB{kind}CapacityUtilization",
        )
        for path, what in paths.items()
        for kind in ("Read", "Write")
    }


@pytest.mark.parametrize("name", ["PhotoBucket", "PhotoBucketPolicy", "SpecificationsTable"])
def test_only_prod_retains_photos_and_rows(name: str, dev: dict[str, Any], custom: dict[str, Any]) -> None:
    """Removing prod leaves its bucket (with its policy) and table standing; removing another stage removes them."""
    for template, policy in ((dev, "Delete"), (custom, "Retain")):
        resource = template["Resources"][name]
        assert (resource["DeletionPolicy"], resource["UpdateReplacePolicy"]) == (policy, policy)


def test_stack_tells_what_its_parts_are_called(dev: dict[str, Any]) -> None:
    """The stack's outputs name bucket, table, queues and topic: by them people and commands find a stage's parts."""
    named = {name: output["Value"] for name, output in dev["Outputs"].items() if "Serverless" not in name}
    assert named == {
        "PhotoBucketName": "${PhotoBucket}",
        "SpecificationsTableName": "${SpecificationsTable}",
        "CoordinationTableName": "${CoordinationTable}",
        "RetryQueueUrl": "${RetryQueue}",
        "DeadLetterQueueUrl": "${DeadLetterQueue}",
        "AlarmTopicArn": "${AlarmTopic}",
    }


def test_logs_are_kept_as_long_as_the_stage_says(dev: dict[str, Any], custom: dict[str, Any]) -> None:
    """The function's log group has a retention, longer in prod."""
    assert properties(dev, "ProcessLogGroup")["RetentionInDays"] == 14
    assert properties(custom, "ProcessLogGroup")["RetentionInDays"] == 365


def test_parameters_set_architecture_concurrency_and_models(custom: dict[str, Any]) -> None:
    """Architecture, reserved concurrency and the two lists of models follow their parameters."""
    function = properties(custom, "ProcessLambdaFunction")
    assert function["Architectures"] == ["x86_64"]
    assert function["ReservedConcurrentExecutions"] == 20
    variables = function["Environment"]["Variables"]
    assert variables["MODELS"] == "us.anthropic.claude-sonnet-4-6,anthropic.claude-3-haiku-20240307-v1:0"
    assert variables["CATEGORY_MODELS"] == "global.anthropic.claude-haiku-4-5-20251001-v1:0"


def test_customer_key_encrypts_bucket_environment_and_queues(custom: dict[str, Any]) -> None:
    """A customer's key takes the place of AWS's, uploads can't ask for another, and the role may use that key alone."""
    (encryption,) = properties(custom, "PhotoBucket")["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    assert encryption["ServerSideEncryptionByDefault"] == {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": KEY}
    assert bucket_statement(custom, "RefuseOtherKey")["Condition"] == {
        "StringNotEquals": {"s3:x-amz-server-side-encryption-aws-kms-key-id": KEY},
        "Null": {"s3:x-amz-server-side-encryption": "false"},
    }
    assert properties(custom, "ProcessLambdaFunction")["KmsKeyArn"] == KEY
    for queue in (properties(custom, "RetryQueue"), properties(custom, "DeadLetterQueue")):
        assert queue["KmsMasterKeyId"] == KEY
        assert "SqsManagedSseEnabled" not in queue
    assert statements(custom, "key") == [
        {"Effect": "Allow", "Action": ["kms:Decrypt", "kms:GenerateDataKey"], "Resource": KEY}
    ]


def test_role_may_do_this_and_no_more(dev: dict[str, Any]) -> None:
    """Beside the models, the role allows exactly these actions on exactly these resources; `*` only for X-Ray."""
    bucket = "arn:${AWS::Partition}:s3:::" + BUCKET.format("dev")
    allowed: dict[str, list[str]] = {}
    for policy in properties(dev, "ProcessRole")["Policies"]:
        for statement in policy["PolicyDocument"]["Statement"]:
            assert statement["Effect"] == "Allow"
            if policy["PolicyName"] != "models":
                actions, targets = statement["Action"], statement["Resource"]
                for action in [actions] if isinstance(actions, str) else actions:
                    allowed.setdefault(action, []).extend([targets] if isinstance(targets, str) else targets)
    assert allowed == {
        "s3:GetObject": [f"{bucket}/*"],
        "s3:GetObjectVersion": [f"{bucket}/*"],
        "s3:ListBucket": [bucket],
        "dynamodb:UpdateItem": ["${SpecificationsTable.Arn}", "${CoordinationTable.Arn}"],
        "sqs:SendMessage": ["${RetryQueue.Arn}", "${DeadLetterQueue.Arn}"],
        "sqs:ReceiveMessage": ["${RetryQueue.Arn}"],
        "sqs:DeleteMessage": ["${RetryQueue.Arn}"],
        "sqs:GetQueueAttributes": ["${RetryQueue.Arn}"],
        "logs:CreateLogStream": ["${ProcessLogGroup.Arn}"],
        "logs:PutLogEvents": ["${ProcessLogGroup.Arn}"],
        "xray:PutTraceSegments": ["*"],
        "xray:PutTelemetryRecords": ["*"],
    }
    assert "ManagedPolicyArns" not in properties(dev, "ProcessRole")


def test_role_allows_what_the_adapters_call(dev: dict[str, Any]) -> None:
    """What the adapters of tables, photos and queues call of AWS is what the role allows on them."""
    called = set()
    for module, service in (("store", "dynamodb"), ("coordination", "dynamodb"), ("bucket", "s3"), ("queue", "sqs")):
        source = (ROOT / "pipeline" / f"{module}.py").read_text()
        for call in re.findall(r"(?:_client|_connect\(\))\.(\w+)\(", source):
            called.add(f"{service}:{call.title().replace('_', '')}")
    needed_besides = {"s3:GetObjectVersion", "s3:ListBucket"}  # for get_object, of a version and of what is missing
    allowed = {
        action
        for policy in ("photos", "specifications", "coordination", "queues")
        for statement in statements(dev, policy)
        for action in ([statement["Action"]] if isinstance(statement["Action"], str) else statement["Action"])
    }
    received_by_lambda = {"sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"}
    assert called | needed_besides | received_by_lambda == allowed


def test_role_may_call_just_the_configured_models(dev: dict[str, Any]) -> None:
    """For each model of a global profile: the profile, the model here, and the model elsewhere through that profile."""
    expected = []
    for model in ("anthropic.claude-sonnet-4-20250514-v1:0", "anthropic.claude-sonnet-4-6"):
        profile = (
            f"arn:${{AWS::Partition}}:bedrock:${{AWS::Region}}:${{AWS::AccountId}}:inference-profile/global.{model}"
        )
        here = {"aws:RequestedRegion": "${AWS::Region}"}
        by_profile = {"bedrock:InferenceProfileArn": profile}
        elsewhere = {"aws:RequestedRegion": "unspecified"}
        expected += [
            (profile, here),
            (f"{BEDROCK}${{AWS::Region}}::foundation-model/{model}", here | by_profile),
            (f"{BEDROCK}::foundation-model/{model}", elsewhere | by_profile),
        ]
    found = statements(dev, "models")
    assert [(item["Resource"], item["Condition"]["StringEquals"]) for item in found] == expected
    assert {item["Action"] for item in found} == {"bedrock:InvokeModel"}


def test_role_may_call_regional_profiles_and_plain_models(custom: dict[str, Any]) -> None:
    """A geography's profile, and its model only through it; a plain model, in its region; both lists."""
    found = [(item["Resource"], item.get("Condition")) for item in statements(custom, "models")]
    profile = BEDROCK + "${AWS::Region}:${AWS::AccountId}:inference-profile/us.anthropic.claude-sonnet-4-6"
    assert found[:3] == [
        (profile, None),
        (
            f"{BEDROCK}*::foundation-model/anthropic.claude-sonnet-4-6",
            {"StringEquals": {"bedrock:InferenceProfileArn": profile}},
        ),
        (BEDROCK + "${AWS::Region}::foundation-model/anthropic.claude-3-haiku-20240307-v1:0", None),
    ]
    assert len(found) == 6
    assert all("claude-haiku-4-5" in resource for resource, _ in found[3:])


def refusal(*arguments: str) -> list[str]:
    """The lines in which the packager says why it refuses these arguments."""
    with pytest.raises(PackageRefused) as refused:
        packaged(*arguments, dependencies=False)
    why, _, _ = str(refused.value).partition("\n\n")
    return why.removeprefix("Error:\n").splitlines()


def parameters(**values: str | int) -> tuple[str, ...]:
    """The arguments that give these parameters on the command line."""
    return tuple(word for name, value in values.items() for word in ("--param", f"{name}={value}"))


REFUSED_ALONE: dict[str, tuple[str | int, str]] = {  # each with what it has to be
    "region": ("virginia", "a region of AWS"),
    "models": ("sa.anthropic.claude-sonnet-4-6", "ids of Claude on Bedrock, separated by commas"),
    "categoryModels": ("Claude Haiku", "ids of Claude on Bedrock, separated by commas"),
    "maxPaidCalls": (0, "a whole number from 1 up"),
    "promptCaching": ("yes", "one of true, false"),
    "askLegibility": ("on", "one of true, false"),
    "reviewBelow": ("60%", "a confidence from 0 to 1"),
    "refusePoorPhotos": (1, "one of true, false"),
    "maxImageBytes": ("50MB", "a whole number from 1 up"),
    "retryAgeLimitSeconds": ("1.5", "a whole number from 1 up"),
    "architecture": ("mips", "one of arm64, x86_64"),
    "reservedConcurrency": (-1, "a whole number from 0 up"),
    "maximumConcurrency": ("abc", "a whole number from 2 to 1000"),
    "kmsKeyArn": ("arn:aws:kms:us-east-1:123456789012:alias/photos", "aws kms describe-key"),
    "capacityMode": ("on_demand", "one of on-demand, provisioned"),
    "capacityMinimum": (0, "a whole number from 1 up"),
    "capacityMaximum": ("abc", "a whole number from 1 up"),
    "retention": ("retain", "one of Delete, Retain"),
    "logRetentionInDays": (17, "one of 1, 3, 5, 7, 14, 30"),
    "logLevel": ("verbose", "one of DEBUG, INFO, WARNING, ERROR"),
    "alarmEmail": ("ops at example.com", "one e-mail address"),
    "dailyCostAlarmUsd": ("$50", "dollars, as 50 or 7.50"),
}


def test_each_wrong_parameter_is_refused_in_one_sentence() -> None:
    """All parameters that can't work are refused at once, each in a line with its value and what it has to be."""
    lines = refusal(*parameters(**{name: value for name, (value, _) in REFUSED_ALONE.items()}))
    said = {line.split()[2]: line for line in lines}
    assert said.keys() == REFUSED_ALONE.keys()
    for name, (value, complaint) in REFUSED_ALONE.items():
        assert said[name].startswith(f'The parameter {name} is "{value}". It has to be ')
        assert complaint in said[name]


@pytest.mark.parametrize(
    ("wrong", "complaint"),
    [
        ({"models": ","}, 'The parameter models is ",".'),
        ({"kmsKeyArn": "alias/photos"}, 'The parameter kmsKeyArn is "alias/photos".'),
        ({"maximumConcurrency": 1}, 'The parameter maximumConcurrency is "1".'),
        ({"model": "anthropic.claude-sonnet-4-6"}, "There is no parameter model. There are: region, models, "),
        ({"alarmEmail": "ops@exämple.com"}, 'The parameter alarmEmail is "ops@exämple.com".'),
        ({"alarmEmail": "<ops@example.com>"}, 'The parameter alarmEmail is "<ops@example.com>".'),
        ({"alarmEmail": "a@example.com,b@example.com"}, 'The parameter alarmEmail is "a@example.com,b@example.com".'),
        ({"alarmEmail": "ops@example..com"}, 'The parameter alarmEmail is "ops@example..com".'),
        ({"dailyCostAlarmUsd": -5}, 'The parameter dailyCostAlarmUsd is "-5".'),
        ({"pythonBin": "no-such-python"}, 'The parameter pythonBin is "no-such-python", which is no Python with pip'),
    ],
)
def test_wrong_parameter_alone_is_refused(wrong: dict[str, str | int], complaint: str) -> None:
    """An empty list, an alias, too small a number, an unknown name, an absent Python: one sentence, and no stack."""
    (line,) = refusal("--stage", "dev", *parameters(**wrong))
    assert line.startswith(complaint)


def test_parameters_that_contradict_each_other_are_refused() -> None:
    """Limits the wrong way round, no room beside the retry queue, a key of elsewhere, a stage too long for a bucket."""
    contradicting = parameters(
        capacityMinimum=8, capacityMaximum=7, reservedConcurrency=5, kmsKeyArn=KEY.replace("us-east-1", "eu-central-1")
    )
    assert [line.split(":")[0] for line in refusal("--stage", "s" * 22, *contradicting)] == [
        "The parameter capacityMinimum (8) is more than capacityMaximum (7)",
        "The parameter maximumConcurrency (5) has to be less than reservedConcurrency (5), "
        "or new photos wait behind old ones",
        "The parameter kmsKeyArn is a key of eu-central-1, but the service is deployed to us-east-1",
        f'The stage "{"s" * 22}" has to be at most 21 lower-case letters, digits and hyphens in us-east-1',
    ]


MOST = 2**53 - 1  # the largest whole number that JavaScript tells from its neighbours


@pytest.mark.parametrize(
    ("edges", "reserved", "retries"),
    [
        (
            {"maxPaidCalls": 1, "maxImageBytes": 1, "retryAgeLimitSeconds": 1, "promptCaching": "false"}
            | {"askLegibility": "false", "reviewBelow": 0, "refusePoorPhotos": "true"}
            | {"logLevel": "DEBUG", "logRetentionInDays": 1, "reservedConcurrency": 0, "maximumConcurrency": 2}
            | {"capacityMode": "provisioned", "capacityMinimum": 1, "capacityMaximum": 1, "models": "anthropic.claude"},
            0,
            2,
        ),
        (
            {"maxPaidCalls": MOST, "maxImageBytes": MOST, "retryAgeLimitSeconds": MOST, "promptCaching": "true"}
            | {"askLegibility": "true", "reviewBelow": ".999", "refusePoorPhotos": "false"}
            | {"logLevel": "ERROR", "logRetentionInDays": 3653, "reservedConcurrency": 1001, "maximumConcurrency": 1000}
            | {"retention": "Retain", "categoryModels": ","},
            1001,
            1000,
        ),
    ],
)
def test_what_packages_is_accepted_by_the_settings(edges: dict[str, str | int], reserved: int, retries: int) -> None:
    """Parameters at their edges package, 0 as the reserved concurrency too, and the function's Settings accept them."""
    longest = "s" * 21
    template = packaged("--stage", longest, *parameters(**edges), dependencies=False).plain
    function = properties(template, "ProcessLambdaFunction")
    settings = Settings.from_env(function["Environment"]["Variables"])
    assert (settings.stage, settings.log_level) == (longest, edges["logLevel"])
    assert settings.prompt_caching is settings.ask_legibility is (edges["promptCaching"] == "true")
    assert settings.refuse_poor_photos is (edges["refusePoorPhotos"] == "true")
    assert settings.review_below == float(edges["reviewBelow"])
    limits = {settings.max_paid_calls, settings.max_image_bytes, settings.retry_age_limit}
    assert limits == {edges["maxPaidCalls"]}
    assert function["ReservedConcurrentExecutions"] == reserved
    mapping = properties(template, "ProcessEventSourceMappingSQSRetryQueue")
    assert mapping["ScalingConfig"] == {"MaximumConcurrency": retries}
    name = BUCKET.format(longest).replace("${AWS::AccountId}", "1" * 12).replace("${AWS::Region}", "us-east-1")
    assert len(name) == 63


def test_lock_pins_the_packager_and_names_no_registry() -> None:
    """package.json pins exact versions, and the lock holds checksums but no registry's address."""
    pinned = json.loads((ROOT / "package.json").read_text())["devDependencies"]
    locked = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    for name, version in pinned.items():
        assert locked[f"node_modules/{name}"]["version"] == version
    for path, package in locked.items():
        assert "resolved" not in package, path
        assert "integrity" in package or not path, path

"""moto's server, with the types of the template that its CloudFormation does not have. Each is thin: it refuses a property
that it does not know or that is missing, and keeps the resource in moto's own backend of the service.

Usage: server.py PORT
"""

import json
import re
import sys
from functools import cache
from uuid import uuid4

from moto.apigatewayv2.models import apigatewayv2_backends
from moto.awslambda.models import lambda_backends
from moto.cloudformation import models as cloudformation
from moto.cloudformation import parsing, responses
from moto.cloudformation.exceptions import ValidationError
from moto.cloudwatch.models import cloudwatch_backends
from moto.codedeploy.models import codedeploy_backends
from moto.core.common_models import CloudFormationModel
from moto.iam.models import iam_backends
from moto.s3.models import s3_backends
from moto.server import main

# moto keeps track of what its classes make by the second part of their module's name.
__name__ = "moto.stand_ins"


class StandIn:
    """What the types have in common. CloudFormation's `Ref` gives the physical id."""

    type = ""
    required: set[str] = set()
    optional: set[str] = set()
    # Properties that cannot change without another resource in its place.
    lasting: set[str] = set()

    def __init__(self, physical_id, properties, attributes=None):
        self.physical_resource_id = physical_id
        self.properties = properties
        self.attributes = attributes or {}

    @classmethod
    def cloudformation_type(cls):
        return cls.type

    @staticmethod
    def cloudformation_name_type():
        return ""

    @classmethod
    def has_cfn_attr(cls, attr):
        return True

    def get_cfn_attribute(self, name):
        if name not in self.attributes:
            raise ValidationError(message=f"{self.type} has no attribute {name}")
        return self.attributes[name]

    def is_created(self):
        return True

    @classmethod
    def checked(cls, template):
        properties = template.get("Properties", {})
        missing = cls.required - properties.keys()
        unknown = properties.keys() - cls.required - cls.optional
        if missing or unknown:
            raise ValidationError(
                message=f"{cls.type}: missing {sorted(missing)}, unknown {sorted(unknown)}"
            )
        return properties

    @classmethod
    def create_from_cloudformation_json(cls, name, template, account_id, region_name, **_):
        return cls.create(cls.checked(template), account_id, region_name)

    @classmethod
    def update_from_cloudformation_json(
        cls, original_resource, new_resource_name, cloudformation_json, account_id, region_name
    ):
        properties = cls.checked(cloudformation_json)
        before = original_resource.properties
        if any(before.get(name) != properties.get(name) for name in cls.lasting):
            # What is in its place is made before it is deleted: see `as_cloudformation`.
            return cls.create(properties, account_id, region_name)
        original_resource.update(properties, account_id, region_name)
        original_resource.properties = properties
        original_resource.released(cloudformation_json, account_id, region_name)
        return original_resource

    def released(self, template, account_id, region):
        """After an update: what its `UpdatePolicy` asks for."""


def snake(properties, names):
    """Properties by the names of moto's own methods; what is not said is None."""
    return {ours: properties.get(theirs) for ours, theirs in names.items()}


class BucketPolicy(StandIn, CloudFormationModel):
    """Not kept in the bucket: moto reads no `Condition`, and would refuse all that a policy refuses without TLS."""

    type = "AWS::S3::BucketPolicy"
    required = {"Bucket", "PolicyDocument"}
    lasting = {"Bucket"}

    @classmethod
    def create(cls, properties, account_id, region):
        s3_backends[account_id]["aws"].head_bucket(properties["Bucket"])
        return cls(properties["Bucket"], properties)

    def update(self, properties, account_id, region):
        pass

    def delete(self, account_id, region):
        pass


class OfFunction(StandIn):
    """What belongs to a function and goes with it."""

    @staticmethod
    def function(properties, account_id, region):
        """Raises where the function, or the alias that its name ends by, is not there."""
        return lambda_backends[account_id][region].get_function(properties["FunctionName"])

    def delete(self, account_id, region):
        name = self.properties["FunctionName"].split(":function:")[-1].split(":")[0]
        if name in {function.function_name for function in lambda_backends[account_id][region].list_functions()}:
            self.drop(name, account_id, region)


class EventInvokeConfig(OfFunction, CloudFormationModel):
    """moto keeps one of a function, whatever its qualifier."""

    type = "AWS::Lambda::EventInvokeConfig"
    required = {"FunctionName", "Qualifier"}
    optional = {"DestinationConfig", "MaximumEventAgeInSeconds", "MaximumRetryAttempts"}
    lasting = {"FunctionName", "Qualifier"}

    @classmethod
    def create(cls, properties, account_id, region):
        made = cls(f"{properties['FunctionName']}|{properties['Qualifier']}", properties)
        made.update(properties, account_id, region)
        return made

    def update(self, properties, account_id, region):
        backend = lambda_backends[account_id][region]
        backend.get_function(properties["FunctionName"], properties["Qualifier"])
        function = backend.get_function(properties["FunctionName"])
        function.event_invoke_config = []
        given = {name: value for name, value in properties.items() if name in self.optional}
        backend.put_function_event_invoke_config(properties["FunctionName"], given)

    def drop(self, function_name, account_id, region):
        # What took its place is the one that moto keeps.
        pass


class Permission(OfFunction, CloudFormationModel):
    type = "AWS::Lambda::Permission"
    required = {"Action", "FunctionName", "Principal"}
    optional = {"SourceArn"}
    lasting = required | optional

    @classmethod
    def create(cls, properties, account_id, region):
        function = cls.function(properties, account_id, region)
        qualifier = properties["FunctionName"].partition(f":{function.function_name}:")[2] or None
        made = cls(str(uuid4()), properties)
        given = {**properties, "StatementId": made.physical_resource_id}
        # The policy of a function and that of each alias are one in moto, told apart by what a statement is about.
        latest = lambda_backends[account_id][region].get_function(function.function_name)
        latest.policy.add_statement(json.dumps(given), qualifier)
        return made

    def drop(self, function_name, account_id, region):
        lambda_backends[account_id][region].remove_permission(function_name, self.physical_resource_id)


class Version(OfFunction, CloudFormationModel):
    type = "AWS::Lambda::Version"
    required = {"FunctionName"}
    optional = {"CodeSha256", "Description"}
    lasting = required | optional

    @classmethod
    def create(cls, properties, account_id, region):
        backend = lambda_backends[account_id][region]
        latest = cls.function(properties, account_id, region)
        if properties.get("CodeSha256", latest.code_sha_256) != latest.code_sha_256:
            raise ValidationError(message=f"{cls.type}: the code is another")
        for each in list(backend.list_versions_by_function(latest.function_name))[1:][-1:]:
            if cls.what_runs(each) == cls.what_runs(latest):
                raise ValidationError(
                    message=f"A version for this Lambda function exists ( {each.version} ). "
                    "Modify the function to create a new version."
                )
        latest.code_or_config_updated = True
        made = backend.publish_version(latest.function_name, properties.get("Description", ""))
        return cls(f"{latest.function_arn}:{made.version}", properties, {"Version": str(made.version)})

    @staticmethod
    def what_runs(function):
        said = function.get_configuration()
        return {name: said.get(name) for name in said if name not in ("FunctionArn", "LastModified", "Version")}

    def drop(self, function_name, account_id, region):
        lambda_backends[account_id][region].delete_function(function_name, self.attributes["Version"])


class Alias(OfFunction, CloudFormationModel):
    type = "AWS::Lambda::Alias"
    required = {"FunctionName", "FunctionVersion", "Name"}
    lasting = {"FunctionName", "Name"}

    @classmethod
    def create(cls, properties, account_id, region):
        alias = lambda_backends[account_id][region].create_alias(
            properties["Name"], properties["FunctionName"], properties["FunctionVersion"], "", None
        )
        return cls(alias.arn, properties)

    def update(self, properties, account_id, region):
        lambda_backends[account_id][region].update_alias(
            properties["Name"], properties["FunctionName"], properties["FunctionVersion"], "", None
        )

    def released(self, template, account_id, region):
        """Noted as a deployment of CodeDeploy. Its group must be there."""
        by = template["UpdatePolicy"]["CodeDeployLambdaAliasUpdate"]
        codedeploy_backends[account_id][region].create_deployment(
            by["ApplicationName"], by["DeploymentGroupName"], {"revisionType": "AppSpecContent"}
        )

    def drop(self, function_name, account_id, region):
        lambda_backends[account_id][region].delete_alias(self.properties["Name"], function_name)


class Application(StandIn, CloudFormationModel):
    type = "AWS::CodeDeploy::Application"
    required = {"ComputePlatform"}
    lasting = required

    @classmethod
    def create(cls, properties, account_id, region):
        name = f"application-{uuid4()}"
        codedeploy_backends[account_id][region].create_application(name, properties["ComputePlatform"], [])
        return cls(name, properties)

    def delete(self, account_id, region):
        del codedeploy_backends[account_id][region].applications[self.physical_resource_id]


class DeploymentGroup(StandIn, CloudFormationModel):
    type = "AWS::CodeDeploy::DeploymentGroup"
    required = {"ApplicationName", "ServiceRoleArn"}
    optional = {"AlarmConfiguration", "AutoRollbackConfiguration", "DeploymentConfigName", "DeploymentStyle"}
    lasting = {"ApplicationName"}

    @classmethod
    def create(cls, properties, account_id, region):
        made = cls(f"group-{uuid4()}", properties)
        made.update(properties, account_id, region)
        return made

    def update(self, properties, account_id, region):
        # As CodeDeploy: a role and a configuration that are not there are refused.
        iam_backends[account_id]["aws"].get_role_by_arn(properties["ServiceRoleArn"])
        if not re.match(r"CodeDeployDefault\.Lambda(Canary|Linear)10Percent", properties["DeploymentConfigName"]):
            raise ValidationError(message=f"{self.type}: no configuration {properties['DeploymentConfigName']}")
        backend = codedeploy_backends[account_id][region]
        backend.deployment_groups.get(properties["ApplicationName"], {}).pop(self.physical_resource_id, None)
        backend.create_deployment_group(
            properties["ApplicationName"],
            self.physical_resource_id,
            properties["DeploymentConfigName"],
            None,
            None,
            None,
            properties["ServiceRoleArn"],
        )

    def delete(self, account_id, region):
        groups = codedeploy_backends[account_id][region].deployment_groups
        del groups[self.properties["ApplicationName"]][self.physical_resource_id]


class Alarm(StandIn, CloudFormationModel):
    type = "AWS::CloudWatch::Alarm"
    required = {"ComparisonOperator", "EvaluationPeriods"}
    names = {
        "name": "AlarmName",
        "namespace": "Namespace",
        "metric_name": "MetricName",
        "comparison_operator": "ComparisonOperator",
        "evaluation_periods": "EvaluationPeriods",
        "period": "Period",
        "threshold": "Threshold",
        "statistic": "Statistic",
        "extended_statistic": "ExtendedStatistic",
        "description": "AlarmDescription",
        "dimensions": "Dimensions",
        "alarm_actions": "AlarmActions",
        "ok_actions": "OKActions",
        "datapoints_to_alarm": "DatapointsToAlarm",
        "treat_missing_data": "TreatMissingData",
    }
    optional = set(names.values()) - required | {"Metrics"}
    lasting = {"AlarmName"}

    @classmethod
    def create(cls, properties, account_id, region):
        made = cls(properties["AlarmName"], properties)
        made.update(properties, account_id, region)
        return made

    def update(self, properties, account_id, region):
        if ("MetricName" in properties) == ("Metrics" in properties):
            raise ValidationError(message=f"{self.type}: either MetricName or Metrics")
        given = snake(properties, self.names)
        given["dimensions"] = given["dimensions"] or []
        alarm = cloudwatch_backends[account_id][region].put_metric_alarm(**given)
        self.attributes = {"Arn": alarm.alarm_arn}

    def delete(self, account_id, region):
        cloudwatch_backends[account_id][region].delete_alarms([self.physical_resource_id])


class Api(StandIn, CloudFormationModel):
    type = "AWS::ApiGatewayV2::Api"
    required = {"Name", "ProtocolType"}
    optional = {"DisableExecuteApiEndpoint"}
    lasting = {"ProtocolType"}

    @classmethod
    def create(cls, properties, account_id, region):
        api = apigatewayv2_backends[account_id][region].create_api(
            name=properties["Name"],
            protocol_type=properties["ProtocolType"],
            disable_execute_api_endpoint=properties.get("DisableExecuteApiEndpoint", False),
            api_key_selection_expression=None,
            cors_configuration=None,
            description=None,
            disable_schema_validation=None,
            route_selection_expression=None,
            tags={},
            version=None,
        )
        return cls(api.api_id, properties, {"ApiId": api.api_id, "ApiEndpoint": api.api_endpoint})

    def update(self, properties, account_id, region):
        api = apigatewayv2_backends[account_id][region].get_api(self.physical_resource_id)
        api.name = properties["Name"]
        api.disable_execute_api_endpoint = properties.get("DisableExecuteApiEndpoint", False)

    def delete(self, account_id, region):
        apigatewayv2_backends[account_id][region].delete_api(self.physical_resource_id)


class OfApi(StandIn):
    """What belongs to an API and goes with it."""

    lasting = {"ApiId"}

    @staticmethod
    def api(properties, account_id, region):
        return apigatewayv2_backends[account_id][region].get_api(properties["ApiId"])

    def delete(self, account_id, region):
        apis = apigatewayv2_backends[account_id][region].apis
        if self.properties["ApiId"] in apis:
            self.drop(apis[self.properties["ApiId"]])


class Stage(OfApi, CloudFormationModel):
    type = "AWS::ApiGatewayV2::Stage"
    required = {"ApiId", "StageName"}
    optional = {"AutoDeploy", "DefaultRouteSettings", "RouteSettings", "AccessLogSettings"}
    lasting = {"ApiId", "StageName"}

    @classmethod
    def create(cls, properties, account_id, region):
        made = cls(properties["StageName"], properties)
        made.update(properties, account_id, region)
        return made

    def update(self, properties, account_id, region):
        api = self.api(properties, account_id, region)
        # As API Gateway: the limit of a route that is not there is refused.
        there = {route.route_key for route in api.get_routes()}
        unknown = properties.get("RouteSettings", {}).keys() - there
        if unknown:
            raise ValidationError(message=f"{self.type}: no route {sorted(unknown)}")
        api.create_stage({name[0].lower() + name[1:]: value for name, value in properties.items()})

    def drop(self, api):
        api.delete_stage(self.physical_resource_id)


class Authorizer(OfApi, CloudFormationModel):
    type = "AWS::ApiGatewayV2::Authorizer"
    names = {
        "auth_payload_format_version": "AuthorizerPayloadFormatVersion",
        "auth_result_ttl": "AuthorizerResultTtlInSeconds",
        "authorizer_type": "AuthorizerType",
        "authorizer_uri": "AuthorizerUri",
        "enable_simple_response": "EnableSimpleResponses",
        "identity_source": "IdentitySource",
        "name": "Name",
    }
    required = {"ApiId", "AuthorizerType", "Name"}
    optional = set(names.values()) - required

    @classmethod
    def create(cls, properties, account_id, region):
        authorizer = cls.api(properties, account_id, region).create_authorizer(
            **snake(properties, cls.names), auth_creds_arn=None, identity_validation_expr=None, jwt_config=None
        )
        return cls(authorizer.id, properties, {"AuthorizerId": authorizer.id})

    def update(self, properties, account_id, region):
        authorizer = self.api(properties, account_id, region).get_authorizer(self.physical_resource_id)
        authorizer.update(
            **snake(properties, self.names), auth_creds_arn=None, identity_validation_expr=None, jwt_config=None
        )

    def drop(self, api):
        api.delete_authorizer(self.physical_resource_id)


class Integration(OfApi, CloudFormationModel):
    type = "AWS::ApiGatewayV2::Integration"
    names = {
        "integration_type": "IntegrationType",
        "integration_uri": "IntegrationUri",
        "payload_format_version": "PayloadFormatVersion",
        "timeout_in_millis": "TimeoutInMillis",
    }
    required = {"ApiId", "IntegrationType"}
    optional = set(names.values()) - required
    unused = dict.fromkeys(
        "connection_id connection_type content_handling_strategy credentials_arn description integration_method "
        "integration_subtype passthrough_behavior request_parameters request_templates response_parameters "
        "template_selection_expression tls_config".split()
    )

    @classmethod
    def create(cls, properties, account_id, region):
        made = cls.api(properties, account_id, region).create_integration(**snake(properties, cls.names), **cls.unused)
        return cls(made.id, properties)

    def update(self, properties, account_id, region):
        integration = self.api(properties, account_id, region).get_integration(self.physical_resource_id)
        integration.update(**snake(properties, self.names), **self.unused)

    def drop(self, api):
        api.delete_integration(self.physical_resource_id)


class Route(OfApi, CloudFormationModel):
    type = "AWS::ApiGatewayV2::Route"
    names = {
        "authorization_type": "AuthorizationType",
        "authorizer_id": "AuthorizerId",
        "route_key": "RouteKey",
        "target": "Target",
    }
    required = {"ApiId", "RouteKey"}
    optional = set(names.values()) - required
    unused = dict.fromkeys(
        "api_key_required authorization_scopes model_selection_expression operation_name request_models "
        "request_parameters route_response_selection_expression".split()
    )

    @classmethod
    def create(cls, properties, account_id, region):
        api = cls.api(properties, account_id, region)
        cls.check(api, properties)
        made = api.create_route(**snake(properties, cls.names), **cls.unused)
        return cls(made.route_id, properties)

    @classmethod
    def check(cls, api, properties):
        """As API Gateway: a target and an authorizer that are not there are refused."""
        api.get_integration(properties["Target"].removeprefix("integrations/"))
        if "AuthorizerId" in properties:
            api.get_authorizer(properties["AuthorizerId"])

    def update(self, properties, account_id, region):
        api = self.api(properties, account_id, region)
        self.check(api, properties)
        api.get_route(self.physical_resource_id).update(**snake(properties, self.names), **self.unused)

    def drop(self, api):
        api.delete_route(self.physical_resource_id)


def only_errors(validate):
    """CloudFormation refuses a template for errors; moto for what its lint warns of too, and looks at each several times."""
    return cache(lambda template: [match for match in validate(template) if match.rule.id.startswith("E")])


def unless_retained(delete):
    """moto knows no `RetainExceptOnCreate`, and keeps nothing that an update takes out of the template."""

    def deleting(self, resource, template):
        if not template.get("DeletionPolicy", "").startswith("Retain"):
            delete(self, resource, template)

    return deleting


def of_this_server(fetch):
    """The address of a template in a bucket of this server, which moto knows by the name localhost alone."""
    return lambda url, **of: fetch(url.replace("//127.0.0.1:", "//localhost:"), **of)


def needed_by(value):
    """The logical ids that a resource names."""
    if isinstance(value, list):
        return [name for each in value for name in needed_by(each)]
    if not isinstance(value, dict):
        return []
    found = []
    for key, inner in value.items():
        if key in ("Ref", "DependsOn"):
            found += inner if isinstance(inner, list) else [inner]
        elif key == "Fn::GetAtt":
            found.append(inner[0])
        elif key == "Fn::Sub":
            found += re.findall(r"\$\{(\w+)", inner if isinstance(inner, str) else inner[0])
        else:
            found += needed_by(inner)
    return found


def in_order(resources):
    """Logical ids, each after those that it needs."""
    ordered = []

    def visit(name, path):
        if name in path:
            raise ValidationError(message=f"Circular dependency between resources: {[*path, name]}")
        if name in ordered or name not in resources:
            return
        for each in needed_by(resources[name]):
            visit(each, [*path, name])
        ordered.append(name)

    for name in resources:
        visit(name, [])
    return ordered


def update_in_order(resource_map, template, parameters=None):
    """
    As CloudFormation updates: what is new and what changes, each after what it needs; then what is left over is deleted, each
    before what it needs. moto deletes first and changes last.
    """
    before = resource_map._resource_json_map
    changes = resource_map.build_resource_diff(template, parameters)
    resource_map._template = template
    resource_map._resource_json_map = template["Resources"]
    if parameters:
        resource_map.input_parameters = parameters
    resource_map.load_mapping()
    resource_map.load_parameters()
    resource_map.load_conditions()
    there = resource_map._parsed_resources
    left = {name: there.pop(name) for name in changes["Remove"] if name in there}
    for name in in_order(template["Resources"]):
        if name in changes["Add"]:
            resource_map[name]
        elif name in changes["Modify"]:
            was = there[name]
            there[name] = parsing.parse_and_update_resource(
                name,
                template["Resources"][name],
                resource_map,
                account_id=resource_map._account_id,
                region_name=resource_map._region_name,
            )
            if isinstance(was, StandIn) and there[name] is not was:
                left[name] = was
    for name in reversed(in_order(before)):
        if name in left:
            # A retained resource is left where it is only where it leaves the template, not where another takes its place.
            of = before[name] if name in changes["Remove"] else {**before[name], "DeletionPolicy": "Delete"}
            resource_map._delete_resource(left[name], of)


def with_outputs(apply):
    """An executed change set of moto leaves the outputs of the stack, and what it exports, as they were."""

    def applying(self):
        apply(self)
        self.stack.template = self.template
        self.stack.template_dict = self.template_dict
        self.stack.output_map = self.stack._create_output_map()
        backend = cloudformation.cloudformation_backends[self.stack.account_id][self.stack.region_name]
        backend.exports.update({export.name: export for export in self.stack.exports})

    return applying


responses.get_stack_from_s3_url = of_this_server(responses.get_stack_from_s3_url)
cloudformation.ChangeSet.apply = with_outputs(cloudformation.ChangeSet.apply)
parsing.ResourceMap.update = update_in_order
cloudformation.validate_template_cfn_lint = only_errors(cloudformation.validate_template_cfn_lint)
parsing.ResourceMap._delete_resource = unless_retained(parsing.ResourceMap._delete_resource)

main(["--host", "127.0.0.1", "--port", sys.argv[1]])

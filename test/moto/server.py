"""moto's server, with the types of the template that its CloudFormation does not have. Each is thin: it refuses a property
that it does not know or that is missing, and keeps the resource in moto's own backend of the service.

Usage: server.py PORT
"""

import sys

from moto.apigatewayv2.models import apigatewayv2_backends
from moto.awslambda.models import lambda_backends
from moto.cloudformation import models as cloudformation
from moto.cloudformation import parsing, responses
from moto.cloudformation.exceptions import ValidationError
from moto.cloudwatch.models import cloudwatch_backends
from moto.core.common_models import CloudFormationModel
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
        for name in cls.lasting:
            if before.get(name) != properties.get(name):
                raise ValidationError(message=f"{cls.type}: {name} is another, which this stand-in does not replace")
        original_resource.update(properties, account_id, region_name)
        original_resource.properties = properties
        return original_resource


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


class EventInvokeConfig(StandIn, CloudFormationModel):
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
        function = backend.get_function(properties["FunctionName"])
        function.event_invoke_config = []
        given = {name: value for name, value in properties.items() if name in self.optional}
        backend.put_function_event_invoke_config(properties["FunctionName"], given)

    def delete(self, account_id, region):
        # It goes with its function, which may be gone already.
        pass


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
    """CloudFormation refuses a template for errors; moto for what its lint warns of too."""
    return lambda template: [match for match in validate(template) if match.rule.id.startswith("E")]


def unless_retained(delete):
    """moto knows no `RetainExceptOnCreate`, and keeps nothing that an update takes out of the template."""

    def deleting(self, resource, template):
        if not template.get("DeletionPolicy", "").startswith("Retain"):
            delete(self, resource, template)

    return deleting


def of_this_server(fetch):
    """The address of a template in a bucket of this server, which moto knows by the name localhost alone."""
    return lambda url, **of: fetch(url.replace("//127.0.0.1:", "//localhost:"), **of)


def in_order(diff):
    """An update of moto makes what is new in the order of the template, whatever `DependsOn` says."""

    def ordered(self, template, parameters=None):
        changes = diff(self, template, parameters)
        sorted_names = []

        def visit(name):
            if name in sorted_names:
                return
            needs = template["Resources"][name].get("DependsOn", [])
            for each in [needs] if isinstance(needs, str) else needs:
                visit(each)
            sorted_names.append(name)

        for name in template["Resources"]:
            visit(name)
        return {**changes, "Add": [name for name in sorted_names if name in changes["Add"]]}

    return ordered


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
parsing.ResourceMap.build_resource_diff = in_order(parsing.ResourceMap.build_resource_diff)
cloudformation.validate_template_cfn_lint = only_errors(cloudformation.validate_template_cfn_lint)
parsing.ResourceMap._delete_resource = unless_retained(parsing.ResourceMap._delete_resource)

main(["--host", "127.0.0.1", "--port", sys.argv[1]])

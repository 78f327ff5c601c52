"""Every key of an Alertmanager configuration, with the type of its value, as data.

Source: the structs of `config/`, `notify/*/config.go`, `timeinterval/`, `tracing/` and
`eventrecorder/` of Alertmanager v0.28.1 and v0.33.1, and `HTTPClientConfig` of prometheus/common
v0.61.0 and v0.67.5. Debian builds its 0.28 without Jira.
A key without a type is text. `+` marks what is unknown to 0.28.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final


@dataclass(frozen=True, slots=True)
class ConfigField:
    """Type of a key's value, and whether the key is unknown to Alertmanager 0.28."""

    type: str
    is_new: bool


_HTTP: Final = "http_config:http send_resolved:bool"
_WEBHOOK: Final = f"{_HTTP} webhook_url:secret-url webhook_url_file"
_MATTERMOST: Final = (
    "fallback color pretext text author_name author_link author_icon title title_link "
    "fields:list/mattermost-field thumb_url footer footer_icon image_url"
)
FIELDS: Final[Mapping[str, str]] = {
    "discord_configs": f"{_WEBHOOK} content title message username avatar_url",
    "email_configs": (
        "send_resolved:bool to from hello smarthost:address auth_username auth_password "
        "auth_password_file auth_secret +auth_secret_file auth_identity headers:map html text "
        "require_tls:bool tls_config:tls +force_implicit_tls:bool +threading:threading"
    ),
    "+incidentio_configs": (
        f"{_HTTP} url:url url_file alert_source_token alert_source_token_file max_alerts:count "
        "timeout:go-duration"
    ),
    "jira_configs": (
        f"{_HTTP} api_url:url +api_type project summary:text-or-map description:text-or-map "
        "labels:texts priority issue_type reopen_transition resolve_transition "
        "wont_fix_resolution reopen_duration:duration fields:any-map"
    ),
    "+mattermost_configs": (
        f"{_WEBHOOK} channel username {_MATTERMOST} icon_url icon_emoji "
        "attachments:list/mattermost-attachment type props:mattermost-props "
        "priority:mattermost-priority"
    ),
    "msteams_configs": f"{_WEBHOOK} title summary text",
    "msteamsv2_configs": f"{_WEBHOOK} title text",
    "opsgenie_configs": (
        f"{_HTTP} api_key api_key_file api_url:url message description source details:map entity "
        "responders:list/responder actions tags note priority update_alerts:bool"
    ),
    "pagerduty_configs": (
        f"{_HTTP} service_key service_key_file routing_key routing_key_file url:url client "
        "client_url description details:map-or-any images:list/image links:list/link source "
        "severity class component group +timeout:go-duration"
    ),
    "pushover_configs": (
        f"{_HTTP} user_key user_key_file token token_file title message url url_title device sound "
        "priority retry:text-duration expire:text-duration ttl:text-duration html:bool "
        "+monospace:bool"
    ),
    "rocketchat_configs": (
        f"{_HTTP} api_url:url token_id token_id_file token token_file channel color title "
        "title_link text fields:list/any short_fields:bool emoji icon_url image_url thumb_url "
        "link_names:bool actions:list/any"
    ),
    "slack_configs": (
        f"{_HTTP} api_url:secret-url api_url_file +app_token +app_token_file +app_url:url channel "
        "username color title title_link pretext text +message_text fields:list/slack-field "
        "short_fields:bool footer fallback callback_id icon_emoji icon_url image_url thumb_url "
        "link_names:bool mrkdwn_in:texts actions:list/slack-action +update_message:bool "
        "+timeout:go-duration"
    ),
    "sns_configs": (
        f"{_HTTP} api_url sigv4:sigv4 topic_arn phone_number target_arn subject message "
        "attributes:map +use_aws_http_client:bool"
    ),
    "telegram_configs": (
        f"{_HTTP} api_url:url bot_token bot_token_file chat_id:whole +chat_id_file "
        "message_thread_id:whole message disable_notifications:bool parse_mode"
    ),
    "victorops_configs": (
        f"{_HTTP} api_key api_key_file api_url:url routing_key message_type state_message "
        "entity_display_name monitoring_tool custom_fields:map"
    ),
    "webex_configs": f"{_HTTP} api_url:url message room_id",
    "webhook_configs": (
        f"{_HTTP} url:template-url url_file max_alerts:count timeout:go-duration +payload:any"
    ),
    "wechat_configs": (
        f"{_HTTP} api_secret +api_secret_file corp_id message api_url:url to_user to_party to_tag "
        "agent_id message_type"
    ),
    "global": (
        "resolve_timeout:duration http_config:http jira_api_url:url "
        "+mattermost_webhook_url:secret-url +mattermost_webhook_url_file opsgenie_api_key "
        "opsgenie_api_key_file opsgenie_api_url:url pagerduty_url:url rocketchat_api_url:url "
        "rocketchat_token rocketchat_token_file rocketchat_token_id rocketchat_token_id_file "
        "slack_api_url:secret-url slack_api_url_file +slack_app_token +slack_app_token_file "
        "+slack_app_url:url smtp_auth_identity smtp_auth_password smtp_auth_password_file "
        "smtp_auth_secret +smtp_auth_secret_file smtp_auth_username +smtp_force_implicit_tls:bool "
        "smtp_from smtp_hello smtp_require_tls:bool smtp_smarthost:address smtp_tls_config:tls "
        "telegram_api_url:url +telegram_bot_token +telegram_bot_token_file victorops_api_key "
        "victorops_api_key_file victorops_api_url:url webex_api_url:url wechat_api_corp_id "
        "wechat_api_secret +wechat_api_secret_file wechat_api_url:url"
    ),
    "top": (
        "global:global inhibit_rules:list/inhibit-rule mute_time_intervals:list/time-intervals "
        "receivers:any route:any templates:texts time_intervals:list/time-intervals "
        "+event_recorder:event-recorder +tracing:tracing"
    ),
    "receiver": "name +labels:map",
    "route": (
        "receiver group_by:any match:any match_re:any matchers:any mute_time_intervals:any "
        "active_time_intervals:any continue:bool routes:any group_wait:any group_interval:any "
        "repeat_interval:any"
    ),
    "inhibit-rule": (
        "+name source_match:any source_match_re:any source_matchers:any target_match:any "
        "target_match_re:any target_matchers:any equal:any"
    ),
    "time-intervals": "name time_intervals:list/time-interval",
    "time-interval": (
        "times:list/time-range weekdays:each/weekdays days_of_month:each/month-days "
        "months:each/months years:each/years location:zone"
    ),
    "time-range": "start_time:time end_time:time",
    "tracing": (
        "client_type endpoint sampling_fraction:number insecure:bool tls_config:tls "
        "headers:map/header compression timeout:duration"
    ),
    "event-recorder": (
        "file_outputs:list/file-output webhook_outputs:list/webhook-output "
        "kafka_outputs:list/kafka-output"
    ),
    "file-output": "path",
    "webhook-output": (
        "url:url http_config:http timeout:duration workers:whole max_retries:whole "
        "retry_backoff:duration"
    ),
    "kafka-output": (
        "brokers:texts topic client_id format acks compression buffer_size:whole tls_config:tls"
    ),
    "http": (
        "basic_auth:basic-auth authorization:authorization oauth2:oauth2 bearer_token "
        "bearer_token_file tls_config:tls follow_redirects:bool enable_http2:bool "
        "proxy_url:loose-url no_proxy proxy_from_environment:bool "
        "proxy_connect_header:map-of-texts http_headers:map/http-header"
    ),
    "basic-auth": "username username_file username_ref password password_file password_ref",
    "authorization": "type credentials credentials_file credentials_ref",
    "oauth2": (
        "client_id client_secret client_secret_file client_secret_ref scopes:texts token_url "
        "endpoint_params:map tls_config:tls proxy_url:loose-url no_proxy "
        "proxy_from_environment:bool proxy_connect_header:map-of-texts "
        "+client_certificate_key_id +client_certificate_key "
        "+client_certificate_key_file +client_certificate_key_ref +signature_algorithm +iss "
        "+audience +claims:any-map +grant_type"
    ),
    "http-header": "values:texts secrets:texts files:texts",
    "header": "values:texts secrets:texts files:texts",
    "tls": (
        "ca cert key ca_file cert_file key_file ca_ref cert_ref key_ref server_name "
        "insecure_skip_verify:bool min_version max_version"
    ),
    "sigv4": (
        "region access_key secret_key profile role_arn +external_id +use_fips_sts_endpoint:bool"
    ),
    "threading": "enabled:bool thread_by_date",
    "jira-field": "template enable_update:bool",
    "responder": "id name username type",
    "image": "src alt href",
    "link": "href text",
    "slack-field": "title value short:bool",
    "slack-action": "type text url style name value confirm:slack-confirm",
    "slack-confirm": "text title ok_text dismiss_text",
    "mattermost-field": "title value short:bool",
    "mattermost-attachment": _MATTERMOST,
    "mattermost-props": "card",
    "mattermost-priority": "priority requested_ack:bool persistent_notifications:bool",
}


@lru_cache(maxsize=64)
def fields_of(name: str) -> Mapping[str, ConfigField]:
    """Return the keys of a mapping, such as `slack_configs` or `tls`."""
    written = FIELDS.get(name) or FIELDS[f"+{name}"]
    fields: dict[str, ConfigField] = {}
    for word in written.split():
        key, _, kind = word.removeprefix("+").partition(":")
        fields[key] = ConfigField(kind or "text", word.startswith("+"))
    return fields


KINDS: Final = {
    name.removeprefix("+"): name.startswith("+") for name in FIELDS if name.endswith("_configs")
}
"""Every kind of integration, and whether it is unknown to Alertmanager 0.28."""

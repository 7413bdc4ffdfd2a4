using System.Reflection;
using System.Text;
using System.Text.Json;

namespace SuRnnStream;

/// <summary>
/// A detector as Home Assistant's MQTT discovery describes it: an event entity, a select and a switch of one device, and a binary sensor where it is asked for. Keys as in its documentation of event.mqtt,
/// select.mqtt, switch.mqtt and binary_sensor.mqtt (home-assistant.io, 2026).
/// </summary>
sealed class HomeAssistantEntity
{
    static readonly string Version = typeof(HomeAssistantEntity).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0";

    readonly HomeAssistantOptions _options;
    readonly DetectorStatus _status;

    HomeAssistantEntity(HomeAssistantOptions options, DetectorStatus status, string slug) => (_options, _status, Slug) = (options, status, slug);

    public string Detector => _status.Name;

    /// <summary>The detector's part of topics and ids; no other detector's.</summary>
    public string Slug { get; }

    public string EventTopic => $"{_options.Base}/{Slug}/event";

    public string DetectedTopic => $"{_options.Base}/{Slug}/detected";

    public string SensitivityTopic => $"{_options.Base}/{Slug}/sensitivity";

    public string ListeningTopic => $"{_options.Base}/{Slug}/listening";

    string AvailabilityTopic => $"{_options.Base}/{Slug}/availability";

    /// <summary>All retained topics of this one, to be cleared when it is gone.</summary>
    public IEnumerable<string> Topics => [Config("event"), Config("select"), Config("switch"), Config("binary_sensor"), SensitivityTopic, ListeningTopic, AvailabilityTopic, DetectedTopic];

    public static HomeAssistantEntity[] Of(HomeAssistantOptions options, IReadOnlyList<DetectorStatus> detectors)
    {
        var (entities, slugs) = (new List<HomeAssistantEntity>(), new HashSet<string>(StringComparer.Ordinal));
        foreach (var status in detectors)
        {
            var (slug, number) = (HomeAssistantOptions.Slug(status.Name), 1);
            while (!slugs.Add(slug)) slug = FormattableString.Invariant($"{HomeAssistantOptions.Slug(status.Name)}_{++number}");
            entities.Add(new HomeAssistantEntity(options, status, slug));
        }
        return [.. entities];
    }

    /// <summary>Retained discovery messages.</summary>
    public IEnumerable<(string Topic, string Text)> Configurations()
    {
        yield return (Config("event"), Json("event", Detector, json =>
        {
            json.WriteString("state_topic", EventTopic);
            json.WriteStartArray("event_types");
            foreach (var label in _status.Labels) json.WriteStringValue(label);
            json.WriteEndArray();
            json.WriteString("icon", "mdi:ear-hearing");
        }));
        yield return (Config("binary_sensor"), _options.BinarySensor is null ? "" : Json("detected", $"{Detector} detected", json => // without one none is left of an earlier start
        {
            json.WriteString("state_topic", DetectedTopic);
            json.WriteString("json_attributes_topic", EventTopic);
            json.WriteString("icon", "mdi:ear-hearing");
        }));
        yield return (Config("switch"), Json("listening", $"{Detector} listening", json =>
        {
            json.WriteString("state_topic", ListeningTopic);
            json.WriteString("command_topic", ListeningTopic + "/set");
            json.WriteString("icon", "mdi:microphone");
        }));
        if (_status.Sensitivity is null)
        {
            yield return (Config("select"), ""); // no entity
            yield break;
        }
        yield return (Config("select"), Json("sensitivity", $"{Detector} sensitivity", json =>
        {
            json.WriteString("state_topic", SensitivityTopic);
            json.WriteString("command_topic", SensitivityTopic + "/set");
            json.WriteStartArray("options");
            foreach (var name in Enum.GetValues<DetectorSensitivity>()) json.WriteStringValue(NameOf(name));
            json.WriteEndArray();
            json.WriteString("entity_category", "config");
            json.WriteString("icon", "mdi:tune");
        }));
    }

    /// <summary>Retained states.</summary>
    /// <param name="detected">True: its binary sensor is on.</param>
    public IEnumerable<(string Topic, string Text)> States(bool detected)
    {
        yield return (DetectedTopic, _options.BinarySensor is null ? "" : detected ? "ON" : "OFF");
        yield return (ListeningTopic, _status.Paused ? "OFF" : "ON");
        if (_status.Sensitivity is { } sensitivity) yield return (SensitivityTopic, NameOf(sensitivity));
        yield return (AvailabilityTopic, _status.Failure is null && _status.SourceState == SourceState.Running ? "online" : "offline");
    }

    static string NameOf(DetectorSensitivity sensitivity) => sensitivity.ToString().ToLowerInvariant();

    string Config(string component) => $"{_options.DiscoveryPrefix}/{component}/{_options.Node}/{Slug}/config";

    string Json(string what, string name, Action<Utf8JsonWriter> own) => Encoding.UTF8.GetString(JsonLine.Of(json =>
    {
        json.WriteString("name", name);
        json.WriteString("unique_id", $"surnn_{_options.Node}_{Slug}_{what}");
        own(json);
        json.WriteNumber("qos", 1);
        json.WriteStartArray("availability");
        foreach (var topic in new[] { _options.StatusTopic, AvailabilityTopic })
        {
            json.WriteStartObject();
            json.WriteString("topic", topic);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteString("availability_mode", "all");
        json.WriteStartObject("device");
        json.WriteStartArray("identifiers");
        json.WriteStringValue($"surnn_{_options.Node}");
        json.WriteEndArray();
        json.WriteString("name", _options.DeviceName ?? _options.Node);
        json.WriteString("manufacturer", "SuRnnStream");
        json.WriteString("model", "Selective-update RNN detector");
        json.WriteString("sw_version", Version);
        json.WriteEndObject();
        json.WriteStartObject("origin");
        json.WriteString("name", "SuRnnStream");
        json.WriteString("sw_version", Version);
        json.WriteEndObject();
    }));
}

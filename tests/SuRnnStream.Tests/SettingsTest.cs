using System.Reflection;
using System.Text.Json.Nodes;
using SuRnnStream.Tests.Cli;
using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Tests;

/// <summary>
/// A setting of a model or a detector is written in several places: its record, the header of the file, <c>inspect</c>, the host's configuration. This follows every property of the records
/// through all of them, so that a new one that is missing somewhere fails here, by its name and the place.
/// </summary>
public sealed class SettingsTest : CliTest
{
    /// <summary>A record of settings, a model that has it, and the record of a model.</summary>
    sealed record Group(object Settings, Func<object, SuRnnModel> Build, Func<SuRnnModel, object> Of);

    static readonly DetectorOptions Bursts = new() { Rule = GateRule.Bursts }, Talk = new() { Rule = GateRule.Talk };

    static readonly Dictionary<string, Group> Groups = new Group[]
    {
        new(TinyModels.FrontEnd, front => TinyModels.Build(TinyModels.Config() with { FrontEnd = (FrontEndConfig)front }), model => model.Config.FrontEnd!),
        new(SensorModels.FrontEnd, sensor => TinyModels.Build(SensorModels.Config((SensorFrontEndConfig)sensor)), model => model.Config.Sensor!),
        new(SensorModels.FrontEnd.Channels[0], channel => TinyModels.Build(SensorModels.Config(SensorModels.FrontEnd with { Channels = [(SensorChannel)channel, SensorModels.FrontEnd.Channels[1]] })), model => model.Config.Sensor!.Channels[0]),
        new(new ChannelStatistics { Mean = 1, Deviation = 2, Least = -3, Most = 4, Calm = 0.5 }, statistics => TinyModels.Build(SensorModels.Config(SensorModels.FrontEnd with
        {
            Channels = [SensorModels.FrontEnd.Channels[0] with { Statistics = (ChannelStatistics)statistics }, SensorModels.FrontEnd.Channels[1]],
        })), model => model.Config.Sensor!.Channels[0].Statistics!),
        new(TinyModels.HoldConfig().Stem[1], layer => TinyModels.Build(TinyModels.HoldConfig() with { Stem = [new StemLayer(((StemLayer)layer).Channels, 3, false, false), (StemLayer)layer] }), model => model.Config.Stem[1]),
        new(TinyModels.HoldConfig().FrameSwitch!, frameSwitch => TinyModels.Build(TinyModels.HoldConfig() with { FrameSwitch = (FrameSwitch)frameSwitch }), model => model.Config.FrameSwitch!),
        new(TinyModels.HoldConfig().Layers[0], layer => TinyModels.Build(Layer((RecurrentLayer)layer)), model => model.Config.Layers[0]),
        new(TinyModels.Config(stem: true, layers: 2), config => TinyModels.Build((SuRnnConfig)config), model => model.Config),
        new(TinyModels.Eager, options => TinyModels.Build(TinyModels.Config(), defaults: (DetectorOptions)options), model => model.Defaults),
        new(Bursts.Burst, burst => TinyModels.Build(TinyModels.Config(), defaults: Bursts with { Burst = (BurstOptions)burst }), model => model.Defaults.Burst),
        new(Talk.Talk, talk => TinyModels.Build(TinyModels.Config(), defaults: Talk with { Talk = (TalkOptions)talk }), model => model.Defaults.Talk),
        new(VerifiedModels.Shape with { FirstThresholds = new Dictionary<string, float>() }, verifier => VerifiedModels.With(TinyModels.Build(), (ModelVerifier)verifier), model => model.Config.Verifier!),
        new(VerifiedModels.Shape.Rule, rule => VerifiedModels.With(TinyModels.Build(), VerifiedModels.Shape with { Rule = (VerifierRule)rule, FirstThresholds = new Dictionary<string, float>() }), model => model.Config.Verifier!.Rule),
    }.ToDictionary(group => group.Settings.GetType().Name);

    /// <summary>Other values than what <see cref="Other"/> makes, because of what goes with them.</summary>
    static readonly Dictionary<string, object> Values = new()
    {
        ["FrontEndConfig.SampleRate"] = 32_000,
        ["FrontEndConfig.WindowLength"] = 512,
        ["SensorFrontEndConfig.Channels"] = SensorModels.FrontEnd.Channels.Take(1).ToArray(),
        ["SensorFrontEndConfig.RhythmWithin"] = TimeSpan.FromSeconds(1.2),
        ["SensorChannel.Statistics"] = new ChannelStatistics { Mean = 1, Deviation = 2, Least = -3, Most = 4, Calm = 0.5 },
        ["StemLayer.Residual"] = false,
        ["StemLayer.Channels"] = 12,
        ["RecurrentLayer.Cell"] = CellKind.Gru,
        ["RecurrentLayer.Switch"] = SwitchKind.None,
        ["RecurrentLayer.Harmonics"] = 2,
        ["SuRnnConfig.FrontEnd"] = TinyModels.FrontEnd with { LowHz = 90 },
        ["SuRnnConfig.Stem"] = new[] { new StemLayer(10, 3, false, false) },
        ["SuRnnConfig.FrameSwitch"] = new FrameSwitch(6, -0.1f, 1, 2),
        ["SuRnnConfig.Layers"] = new[] { new RecurrentLayer(CellKind.Rnn, 9, SwitchKind.Event) },
        ["SuRnnConfig.Labels"] = new[] { "noise", "yes", "no", "go" },
        ["SuRnnConfig.Background"] = new[] { "noise", "yes" },
        ["SuRnnConfig.SalienceDepth"] = 1,
        ["SuRnnConfig.BlockWidth"] = 11,
        ["DetectorOptions.Thresholds"] = new Dictionary<string, float> { ["yes"] = 0.4f },
        ["ModelVerifier.Rule"] = VerifiedModels.Shape.Rule with { OwnFloor = 0.03f },
        ["ModelVerifier.FirstThresholds"] = new Dictionary<string, float> { ["yes"] = 0.25f },
        ["ModelVerifier.Kernel"] = 3,
        ["VerifierRule.BelowLoudest"] = 24f,
        ["VerifierRule.SilentFrom"] = 0.8f,
        ["VerifierRule.CutEvery"] = TimeSpan.FromSeconds(0.8),
    };

    /// <summary>Other settings to begin with, where one makes sense only with these.</summary>
    static readonly Dictionary<string, object> Bases = new()
    {
        ["SuRnnConfig.FrameSwitch"] = TinyModels.HeardConfig(),
        ["SuRnnConfig.HeadSeesStem"] = TinyModels.HeardConfig(),
    };

    /// <summary>Settings that are not in a model's file, and why.</summary>
    static readonly Dictionary<string, string> NotInTheFile = new()
    {
        ["DetectorOptions.Dense"] = "a way to measure, with the same detections",
        ["DetectorOptions.Level"] = "the user's choice",
        ["DetectorOptions.Verifier"] = "the user's choice",
        ["DetectorOptions.Verify"] = "the user's choice",
        ["DetectorOptions.Burst"] = "a group of its own: BurstOptions",
        ["DetectorOptions.Talk"] = "a group of its own: TalkOptions",
        ["VerifierRule.Threshold"] = "that of the model's detector",
        ["VerifierRule.OwnLookWeight"] = "of a verifier beside the model's own second look",
        ["SuRnnConfig.Sensor"] = "a group of its own: SensorFrontEndConfig",
        ["SuRnnConfig.Inputs"] = "of models without a front end, which are none of these",
        ["SuRnnConfig.Words"] = "of enrolled words, which are none of these",
        ["SuRnnConfig.Verifier"] = "a group of its own: ModelVerifier",
        ["SuRnnConfig.Precision"] = "is made by rounding the weights, not set",
    };

    /// <summary>Settings of a detector that no configuration of a host has, and why.</summary>
    static readonly Dictionary<string, string> NotConfigured = new()
    {
        [nameof(DetectorOptions.Settle)] = "how long the model's filters take",
        [nameof(DetectorOptions.Burst)] = "chosen with the model's threshold",
        [nameof(DetectorOptions.Talk)] = "chosen with the model's threshold",
        [nameof(DetectorOptions.Dense)] = "a way to measure, with the same detections",
        [nameof(DetectorOptions.Verifier)] = "named by its path, and opened by the host",
    };

    public static TheoryData<string, string> Settings() => [.. from @group in Groups from property in Properties(@group.Value.Settings) where !NotInTheFile.ContainsKey($"{@group.Key}.{property.Name}") select (@group.Key, property.Name)];

    [Theory, MemberData(nameof(Settings))]
    public async Task ASetting_IsKeptInTheFile_AndShownByInspect(string group, string name)
    {
        var (settings, build, of) = Groups[group];
        settings = Bases.GetValueOrDefault($"{group}.{name}", settings);
        var property = settings.GetType().GetProperty(name)!;
        var other = Values.GetValueOrDefault($"{group}.{name}") ?? Other(property.GetValue(settings), property.PropertyType);
        var (before, after) = (Save("before.surnn", build(settings)), Save("after.surnn", build(With(settings, property, other))));
        Assert.True(Same(other, property.GetValue(of(ModelFile.Load(after)))), $"{group}.{name} is not in the model file: add it to ModelHeader or VerifierHeader, to From and to To...");
        Assert.False(JsonNode.DeepEquals(await Inspect(before), await Inspect(after)), $"{group}.{name} is not shown by inspect --format json: add it to InspectCommand.ToJson");
    }

    [Fact]
    public void WhatIsLeftOut_IsThere() =>
        Assert.Empty(NotInTheFile.Keys.Concat(Values.Keys).Concat(Bases.Keys).Where(key => key.Split('.') is not [var group, var name] || Groups[group].Settings.GetType().GetProperty(name) is null)
            .Concat(NotConfigured.Keys.Where(name => typeof(DetectorOptions).GetProperty(name) is null)));

    [Fact]
    public void EveryDetectorOption_CanBeConfigured_AndReachesTheDetector() => Assert.All(Properties(new DetectorOptions()).Where(property => !NotConfigured.ContainsKey(property.Name)), option =>
    {
        var hosted = typeof(HostedDetectorOptions).GetProperty(option.Name);
        Assert.True(hosted is not null, $"DetectorOptions.{option.Name} has no key in a host's configuration: add it to HostedDetectorOptions, to For and TunesLike, and to KnownKeys");
        var model = TinyModels.Build();
        var asked = new HostedDetectorOptions();
        if (option.Name == nameof(DetectorOptions.Thresholds)) asked.Thresholds["yes"] = 0.4f;
        else hosted.SetValue(asked, Other(option.GetValue(asked.ToOptions(model)), option.PropertyType));
        Assert.False(Same(option.GetValue(new HostedDetectorOptions().ToOptions(model)), option.GetValue(asked.ToOptions(model))), $"HostedDetectorOptions.{option.Name} does not reach the detector: add it to ToOptions");
    });

    [Fact]
    public void EveryLabelRule_CanBeConfigured_AndReachesTheRule() => Assert.All(Properties(new LabelRule()), option =>
    {
        var hosted = typeof(HostedLabelRule).GetProperty(option.Name);
        Assert.True(hosted is not null, $"LabelRule.{option.Name} has no key in a host's configuration: add it to HostedLabelRule and to KnownKeys");
        var asked = new HostedLabelRule();
        hosted.SetValue(asked, Other(hosted.GetValue(asked), hosted.PropertyType));
        Assert.True(Same(hosted.GetValue(asked), option.GetValue(asked.ToRule())), $"HostedLabelRule.{option.Name} does not reach the rule: add it to ToRule");
    });

    /// <summary>A layer that holds needs a frame switch and dilated convolutions, any other none; harmonics need their switch.</summary>
    static SuRnnConfig Layer(RecurrentLayer layer) => layer switch
    {
        { Harmonics: > 0 } => TinyModels.Config() with { Layers = [layer with { Cell = CellKind.Gru, Switch = SwitchKind.Both, Period = 0, Rest = 0 }] },
        { Switch: SwitchKind.None } or { Cell: CellKind.Gru } => TinyModels.Config() with { Layers = [layer with { Cell = CellKind.Gru, Switch = SwitchKind.None, Period = 0, Rest = 0 }] },
        _ => TinyModels.HoldConfig() with { Layers = [layer] },
    };

    string Save(string name, SuRnnModel model)
    {
        ModelFile.Save(Folder.File(name), model);
        return Folder.File(name);
    }

    /// <summary>What inspect says of the settings: without name, size and hash, and without what follows from the shape.</summary>
    static async Task<JsonNode> Inspect(string file)
    {
        var run = await Run("inspect", file, "--format", "json");
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        var json = JsonNode.Parse(Assert.Single(run.Lines))!.AsObject();
        foreach (var name in new[] { "file", "bytes", "sha256", "parameters", "macsPerFrame", "frameLength" }) Assert.True(json.Remove(name), name);
        if (json["secondLook"] is JsonObject look) foreach (var name in new[] { "frames", "macsPerCandidate" }) Assert.True(look.Remove(name), name);
        return json;
    }

    static IEnumerable<PropertyInfo> Properties(object settings) => settings.GetType().GetProperties().Where(property => property.SetMethod is { IsPublic: true });

    /// <summary>The same record with another value of one property.</summary>
    static object With(object settings, PropertyInfo property, object? value)
    {
        var copy = settings.GetType().IsValueType ? settings : settings.GetType().GetMethod("<Clone>$")!.Invoke(settings, null)!;
        property.SetValue(copy, value);
        return copy;
    }

    static object Other(object? value, Type type) => (Nullable.GetUnderlyingType(type) ?? type) switch
    {
        var t when t == typeof(bool) => !(value as bool? ?? false),
        var t when t == typeof(int) => (value as int? ?? 0) + 1,
        var t when t == typeof(float) => value is float number and > 0 ? number * 0.9f : 0.5f,
        var t when t == typeof(double) => value is double number and > 0 ? number * 0.9 : 0.5,
        var t when t == typeof(string) => $"{value}x",
        var t when t == typeof(TimeSpan) => (value as TimeSpan? ?? TimeSpan.Zero) + TimeSpan.FromMilliseconds(10),
        var t when t == typeof(TimeOnly) => new TimeOnly(7, 30),
        var t when t.IsEnum => Enum.GetValues(t).Cast<object>().First(one => !one.Equals(value)),
        var t => throw new InvalidOperationException($"A {t.Name} has to be given another value in {nameof(Values)}."),
    };

    static bool Same(object? a, object? b) => (a, b) switch
    {
        (IReadOnlyDictionary<string, float> x, IReadOnlyDictionary<string, float> y) => x.Order().SequenceEqual(y.Order()),
        (System.Collections.IEnumerable x and not string, System.Collections.IEnumerable y and not string) => x.Cast<object>().SequenceEqual(y.Cast<object>()),
        _ => Equals(a, b),
    };
}

using System.CommandLine;
using System.Security.Cryptography;
using System.Text.Json;
using static SuRnnStream.Cli.Words;

namespace SuRnnStream.Cli;

/// <summary>How a report is written.</summary>
enum ReportFormat
{
    Table,
    Json,
}

sealed class InspectCommand(Terminal terminal)
{
    public static Command Create(Terminal terminal)
    {
        var command = new Command("inspect", "Shows what is in a model file.");
        var model = command.Argument("model", "The model file.");
        var format = command.ReportFormatOption();
        return command.Runs((given, cancellation) => new InspectCommand(terminal).Inspect(given.GetRequiredValue(model), given.GetValue(format)));
    }

    int Inspect(string model, ReportFormat format)
    {
        model = Models.Named(model);
        var network = ModelFile.Load(model);
        using var file = File.OpenRead(model);
        var (bytes, hash) = (file.Length, Convert.ToHexStringLower(SHA256.HashData(file)));
        if (format == ReportFormat.Json) terminal.Print(ToJson(model, bytes, hash, network));
        else foreach (var (name, value) in ToTable(model, bytes, hash, network)) terminal.Print($"{name,-14}{value}".TrimEnd());
        return 0;
    }

    static IEnumerable<(string Name, string Value)> ToTable(string path, long bytes, string hash, SuRnnModel model)
    {
        var (config, frontEnd, defaults) = (model.Config, model.Config.FrontEnd, model.Defaults);
        yield return ("file", Text($"{path}, {bytes:N0} bytes"));
        yield return ("SHA-256", hash);
        yield return ("parameters", Text($"{model.Weights.Count:N0}"));
        var hop = frontEnd?.Hop ?? config.Sensor?.Hop;
        var perSecond = hop is null ? "" : Text($"{model.MultiplyAddsPerFrame / hop.Value.TotalSeconds:N0} a second, ");
        yield return ("multiply-adds", Text($"{model.MultiplyAddsPerFrame:N0} a frame, {perSecond}with every switch open"));
        yield return ("labels", string.Join(", ", config.Labels));
        yield return ("background", string.Join(", ", config.Background));
        if (config.Sensor is { } sensor) foreach (var line in Sensors(sensor)) yield return line;
        else if (frontEnd is null) yield return ("frames", $"{Count(config.Inputs, "number")}, no sound");
        else
        {
            yield return ("sample rate", $"{frontEnd.SampleRate} Hz");
            yield return ("frames", Text($"{frontEnd.WindowLength} samples, one every {frontEnd.HopLength} samples ({frontEnd.Hop.TotalMilliseconds:0.##} ms)"));
            yield return ("front end", Text($"{frontEnd.Bands} mel bands from {frontEnd.LowHz} to {frontEnd.HighHz} Hz"));
        }
        foreach (var layer in config.Stem)
        {
            var kind = (layer.Dilation > 1 ? Text($", {layer.Dilation} apart") : "") + (layer.Separable ? ", separable" : "") + (layer.Residual ? ", residual" : "");
            yield return ("stem", $"{Count(layer.Channels, "channel")} over {Count(layer.Kernel, "frame")}{kind}");
        }
        if (config.FrameSwitch is { } gate) yield return ("frame switch", Text($"{Count(gate.Hidden, "neuron")}, opens above {gate.Opening}, hangover {Count(gate.Hangover, "frame")}, lead {Count(gate.Lead, "frame")}"));
        if (config.Layers[0].Switch != SwitchKind.Increase) yield return ("salience", Text($"{Count(config.SalienceSize, "number")} over {Count(config.SalienceFrames, "frame")}"));
        if (config.BlockWidth > 0) yield return ("blocks", $"{Count(config.BlockWidth, "number")} of a residual stream between the layers");
        foreach (var layer in config.Layers)
        {
            var harmonics = layer.Harmonics > 0 ? " with " + Count(layer.Harmonics, "harmonic") : "";
            yield return ("layer", $"{layer.Cell}, {Count(layer.Hidden, "neuron")}, switch: {layer.Switch}{harmonics}{(layer.Period > 0 ? Text($", banks begun every {layer.Period} heard frames and after {layer.Rest} others") : "")}");
        }
        yield return ("head", $"{config.Head}{(config.HeadSeesStem ? ", sees the stem too" : "")}, readout: {config.Readout}");
        yield return ("precision", $"{config.Precision}");
        foreach (var word in config.Words?.Words ?? []) yield return ("enrolled", Text($"{word.Label}: {Count(word.Takes, "take")}{(word.VoiceLimit <= -1 ? "" : Text($", voices from a cosine of {word.VoiceLimit:0.00} on"))}"));
        if (config.Verifier is { } look)
        {
            yield return ("second look", Text($"{Count(look.Frames, "frame")}, {Count(look.Channels, "channel")} in {Count(look.Blocks + 1, "convolution")}, {Count(look.Hidden, "unit")}, {look.MultiplyAdds(config.FrameLength, config.Labels.Count):N0} multiply-adds a candidate"));
            yield return ("", Text($"asked about bursts of {look.Rule.AtLeast.TotalSeconds} to {look.Rule.AtMost.TotalSeconds} s after {look.Rule.Calm.TotalMilliseconds} ms of calm{(look.Rule.BelowLoudest == 0 ? "" : Text($", which a frame {look.Rule.BelowLoudest} dB below the loudest is, too"))}{(look.Rule.SilentFrom == 0 ? "" : Text($", which a frame is, too, that scores {look.Rule.SilentFrom} or more as silence"))}; its answer times own score^{look.Rule.OwnPower} times (1 - background before)^{look.Rule.BackgroundPower}{(look.Rule.AfterPower == 0 ? "" : Text($" times (1 - background after)^{look.Rule.AfterPower}"))}; first stage alone: threshold {look.FirstThreshold}"));
        }
        yield return ("rule", $"{defaults.Rule}{defaults.DescribeRule(config)}");
        yield return ("threshold", Text($"{defaults.Threshold}"));
        foreach (var (label, threshold) in defaults.Thresholds) yield return ("", Text($"{threshold} for {label}"));
        yield return ("release", Text($"{defaults.Release} of the threshold"));
        yield return ("smoothing", Text($"{defaults.Smoothing}"));
        yield return ("refractory", Text($"{defaults.Refractory.TotalMilliseconds} ms"));
        yield return ("decision", defaults.DescribeDecision(config));
        if (defaults.Settle > TimeSpan.Zero) yield return ("settle", Text($"{defaults.Settle.TotalMilliseconds} ms"));
        foreach (var (name, value) in model.Card) yield return ("card", $"{name}: {value}");
    }

    static IEnumerable<(string Name, string Value)> Sensors(SensorFrontEndConfig sensor)
    {
        yield return ("sample rate", Text($"{sensor.SampleRate} Hz"));
        yield return ("frames", Text($"{Count(sensor.FrameLength, "number")}, one every {Count(sensor.HopLength, "moment")} ({sensor.Hop.TotalMilliseconds:0.##} ms), {sensor.Content}"));
        foreach (var channel in sensor.Channels)
        {
            string Corner(string name, double hertz) => hertz > 0 ? Text($", {name} {hertz} Hz") : "";
            yield return ("channel", Text($"{channel}{Corner("high-pass", channel.HighPassHz)}{Corner("low-pass", channel.LowPassHz)}, scale {channel.Scale}"));
        }
        if (sensor.NormalizeOver > TimeSpan.Zero) yield return ("normalised", Text($"over {sensor.NormalizeOver.TotalSeconds} s"));
        yield return ("reset", Text($"after {sensor.ResetAfter.TotalSeconds} s without values"));
        if (sensor.LandmarkWithin > TimeSpan.Zero) yield return ("landmark", Text($"largest {sensor.Channels[0].Name} within {sensor.LandmarkWithin.TotalMilliseconds} ms"));
        if (sensor.RhythmWithin > TimeSpan.Zero) yield return ("rhythm", Text($"of {sensor.Channels[0].Name}, beats at most {sensor.RhythmWithin.TotalSeconds} s apart: 5 numbers of a frame"));
    }

    static string ToJson(string path, long bytes, string hash, SuRnnModel model) => Json.Line(json =>
    {
        var (config, frontEnd, defaults) = (model.Config, model.Config.FrontEnd, model.Defaults);
        json.WriteString("file", path);
        json.WriteNumber("bytes", bytes);
        json.WriteString("sha256", hash);
        json.WriteNumber("parameters", model.Weights.Count);
        json.WriteNumber("macsPerFrame", model.MultiplyAddsPerFrame);
        json.Array("labels", config.Labels, json.WriteStringValue);
        json.Array("background", config.Background, json.WriteStringValue);
        json.WriteNumber("frameLength", config.FrameLength);
        if (frontEnd is null) json.WriteNull("frontEnd");
        else json.Object("frontEnd", () =>
        {
            json.WriteNumber("sampleRate", frontEnd.SampleRate);
            json.WriteNumber("windowLength", frontEnd.WindowLength);
            json.WriteNumber("hopLength", frontEnd.HopLength);
            json.WriteNumber("bands", frontEnd.Bands);
            json.WriteNumber("lowHz", frontEnd.LowHz);
            json.WriteNumber("highHz", frontEnd.HighHz);
            json.WriteNumber("floor", frontEnd.Floor);
            json.WriteNumber("scale", frontEnd.Scale);
        });
        if (config.Sensor is { } sensor) json.Object("sensor", () =>
        {
            json.Array("channels", sensor.Channels, channel =>
            {
                json.WriteStartObject();
                json.WriteString("name", channel.Name);
                json.WriteString("unit", channel.Unit);
                json.WriteNumber("highPassHz", channel.HighPassHz);
                json.WriteNumber("lowPassHz", channel.LowPassHz);
                json.WriteNumber("scale", channel.Scale);
                if (channel.Statistics is { } trained) json.Object("statistics", () =>
                {
                    json.WriteNumber("mean", trained.Mean);
                    json.WriteNumber("deviation", trained.Deviation);
                    json.WriteNumber("least", trained.Least);
                    json.WriteNumber("most", trained.Most);
                    json.WriteNumber("calm", trained.Calm);
                });
                json.WriteEndObject();
            });
            json.WriteNumber("sampleRate", sensor.SampleRate);
            json.WriteNumber("hopLength", sensor.HopLength);
            json.WriteString("content", sensor.Content.ToString());
            json.WriteNumber("normalizeOver", sensor.NormalizeOver.TotalSeconds);
            json.WriteBoolean("derivatives", sensor.Derivatives);
            json.WriteBoolean("flagMissing", sensor.FlagMissing);
            json.WriteNumber("resetAfter", sensor.ResetAfter.TotalSeconds);
            json.WriteNumber("landmarkWithin", sensor.LandmarkWithin.TotalSeconds);
            json.WriteNumber("rhythmWithin", sensor.RhythmWithin.TotalSeconds);
        });
        json.Array("stem", config.Stem, layer =>
        {
            json.WriteStartObject();
            json.WriteNumber("channels", layer.Channels);
            json.WriteNumber("kernel", layer.Kernel);
            json.WriteBoolean("separable", layer.Separable);
            json.WriteBoolean("residual", layer.Residual);
            json.WriteNumber("dilation", layer.Dilation);
            json.WriteEndObject();
        });
        if (config.FrameSwitch is { } gate) json.Object("frameSwitch", () =>
        {
            json.WriteNumber("hidden", gate.Hidden);
            json.WriteNumber("opening", gate.Opening);
            json.WriteNumber("hangover", gate.Hangover);
            json.WriteNumber("lead", gate.Lead);
        });
        json.WriteBoolean("headSeesStem", config.HeadSeesStem);
        json.WriteNumber("salienceSize", config.SalienceSize);
        json.WriteNumber("salienceFrames", config.SalienceFrames);
        json.WriteNumber("salienceDepth", config.SalienceDepth);
        json.WriteNumber("blockWidth", config.BlockWidth);
        json.Array("layers", config.Layers, layer =>
        {
            json.WriteStartObject();
            json.WriteString("cell", layer.Cell.ToString());
            json.WriteNumber("hidden", layer.Hidden);
            json.WriteString("switch", layer.Switch.ToString());
            json.WriteNumber("harmonics", layer.Harmonics);
            json.WriteNumber("period", layer.Period);
            json.WriteNumber("rest", layer.Rest);
            json.WriteEndObject();
        });
        json.WriteString("readout", config.Readout.ToString());
        json.WriteString("head", config.Head.ToString());
        json.WriteString("precision", config.Precision.ToString());
        if (config.Words is { } words) json.Array("enrolled", words.Words, word =>
        {
            json.WriteStartObject();
            json.WriteString("label", word.Label);
            json.WriteNumber("takes", word.Takes);
            if (word.VoiceLimit > -1) json.WriteNumber("voiceLimit", word.VoiceLimit);
            json.WriteEndObject();
        });
        if (config.Verifier is { } look) json.Object("secondLook", () =>
        {
            json.WriteNumber("frames", look.Frames);
            json.WriteNumber("channels", look.Channels);
            json.WriteNumber("blocks", look.Blocks);
            json.WriteNumber("kernel", look.Kernel);
            json.WriteNumber("segments", look.Segments);
            json.WriteNumber("segment", look.Segment);
            json.WriteNumber("shifts", look.Shifts);
            json.WriteNumber("framesAfter", look.FramesAfter);
            json.WriteNumber("hidden", look.Hidden);
            json.WriteNumber("macsPerCandidate", look.MultiplyAdds(config.FrameLength, config.Labels.Count));
            json.WriteNumber("ownFloor", look.Rule.OwnFloor);
            json.WriteNumber("ownPower", look.Rule.OwnPower);
            json.WriteNumber("backgroundPower", look.Rule.BackgroundPower);
            json.WriteNumber("afterPower", look.Rule.AfterPower);
            json.WriteNumber("back", look.Rule.Back.TotalSeconds);
            json.WriteNumber("open", look.Rule.Open);
            json.WriteNumber("calm", look.Rule.Calm.TotalSeconds);
            json.WriteNumber("atLeast", look.Rule.AtLeast.TotalSeconds);
            json.WriteNumber("atMost", look.Rule.AtMost.TotalSeconds);
            json.WriteNumber("cutEvery", look.Rule.CutEvery.TotalSeconds);
            json.WriteNumber("belowLoudest", look.Rule.BelowLoudest);
            json.WriteNumber("silentFrom", look.Rule.SilentFrom);
            json.WriteNumber("firstThreshold", look.FirstThreshold);
            json.Object("firstThresholds", () => Thresholds(json, look.FirstThresholds));
        });
        json.Object("detector", () =>
        {
            json.WriteString("rule", defaults.Rule.ToString());
            json.WriteNumber("threshold", defaults.Threshold);
            json.Object("thresholds", () => Thresholds(json, defaults.Thresholds));
            json.WriteNumber("release", defaults.Release);
            json.WriteNumber("smoothing", defaults.Smoothing);
            json.WriteNumber("refractory", defaults.Refractory.TotalSeconds);
            if (defaults.Rule != GateRule.Bursts) json.WriteNumber("decisionWindow", defaults.DecisionWindow.TotalSeconds);
            else json.WriteNumber("calm", defaults.Burst.Calm.TotalSeconds);
            json.WriteNumber("settle", defaults.Settle.TotalSeconds);
            if (defaults.Rule != GateRule.Scores) json.Object("burst", () => Burst(json, defaults.Burst));
            if (defaults.Rule == GateRule.Talk) json.Object("talk", () =>
            {
                json.WriteNumber("calmWithin", defaults.Talk.CalmWithin.TotalSeconds);
                json.WriteNumber("veto", defaults.Talk.Veto);
                json.WriteNumber("vetoBack", defaults.Talk.VetoBack.TotalSeconds);
            });
        });
        json.Object("card", () =>
        {
            foreach (var (name, value) in model.Card) json.WriteString(name, value);
        });
    });

    static void Thresholds(Utf8JsonWriter json, IReadOnlyDictionary<string, float> thresholds)
    {
        foreach (var (label, threshold) in thresholds) json.WriteNumber(label, threshold);
    }

    static void Burst(Utf8JsonWriter json, BurstOptions burst)
    {
        json.WriteNumber("openPart", burst.OpenPart);
        json.WriteNumber("calm", burst.Calm.TotalSeconds);
        json.WriteNumber("shortest", burst.Shortest.TotalSeconds);
        json.WriteNumber("longest", burst.Longest.TotalSeconds);
        json.WriteNumber("lookBack", burst.LookBack.TotalSeconds);
        json.WriteNumber("before", burst.Before);
        json.WriteNumber("after", burst.After);
        json.WriteNumber("second", burst.Second);
    }
}

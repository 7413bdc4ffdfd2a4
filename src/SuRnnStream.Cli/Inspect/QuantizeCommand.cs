using System.CommandLine;
using static SuRnnStream.Cli.Words;

namespace SuRnnStream.Cli;

sealed class QuantizeCommand(Terminal terminal)
{
    public static Command Create(Terminal terminal)
    {
        var command = new Command("quantize", "Rounds a model's weight rows to int8, a quarter of the bytes, and measures what that costs.");
        var model = command.Argument("model", "The float32 model file.");
        var @out = command.RequiredText("--out", "File to write the int8 model to.", "-o");
        var clips = command.Text("--clips", "Folder LABEL/*.wav to compare the two models on.");
        var format = command.ReportFormatOption();
        return command.Runs((given, cancellation) => new QuantizeCommand(terminal).Quantize(
            given.GetRequiredValue(model), given.GetRequiredValue(@out), given.GetValue(clips), given.GetValue(format), cancellation));
    }

    int Quantize(string model, string @out, string? clips, ReportFormat format, CancellationToken cancellation)
    {
        var float32 = ModelFile.Load(model = Models.Named(model));
        if (float32.Config.Precision == Precision.Int8) throw new InputException($"{model}: this model is int8 already; give the float32 one that it was made of");
        var int8 = float32.ToInt8();
        var (comparison, failed) = (clips is null ? null : new Comparison(float32, int8), 0);
        if (comparison is not null) failed = new ClipFolders(clips!, float32.Config).Read(terminal, cancellation, comparison.Add);
        ModelFile.Save(@out, int8);

        var (before, after) = (new FileInfo(model).Length, new FileInfo(@out).Length);
        if (format == ReportFormat.Json) terminal.Print(ToJson(@out, before, after, comparison));
        else foreach (var line in ToTable(@out, before, after, comparison)) terminal.Print(line);
        return failed > 0 ? 1 : 0;
    }

    static IEnumerable<string> ToTable(string path, long before, long after, Comparison? clips)
    {
        yield return Text($"{path}: {after:N0} bytes, was {before:N0}");
        if (clips is null)
        {
            yield return "what that costs in accuracy was not measured: name a folder LABEL/*.wav with --clips";
            yield break;
        }
        var (was, now) = (clips.Float32, clips.Int8);
        yield return Text($"accuracy on {Count(was.Clips, "clip")}: {100 * now.Accuracy:0.00} %, was {100 * was.Accuracy:0.00} % ({100 * (now.Accuracy - was.Accuracy):+0.00;-0.00} points)");
        yield return Text($"{Count(clips.Changed, "clip")} with another answer, largest difference of a clip's score {clips.LargestDifference:0.000}");
        yield return Text($"switches open {100 * now.Stats.OpenRatio:0.00} %, were {100 * was.Stats.OpenRatio:0.00} %");
        yield return Text($"{Bytes(now.Stats.WeightBytes)} of weights read, were {Bytes(was.Stats.WeightBytes)}");
    }

    static string ToJson(string path, long before, long after, Comparison? clips) => Json.Line(json =>
    {
        json.WriteString("file", path);
        json.WriteNumber("bytes", after);
        json.WriteNumber("bytesBefore", before);
        if (clips is null) return;
        json.WriteNumber("clips", clips.Int8.Clips);
        json.WriteNumber("accuracy", clips.Int8.Accuracy);
        json.WriteNumber("accuracyBefore", clips.Float32.Accuracy);
        json.WriteNumber("answersChanged", clips.Changed);
        json.WriteNumber("largestScoreDifference", clips.LargestDifference);
        json.WriteNumber("openRatio", clips.Int8.Stats.OpenRatio);
        json.WriteNumber("openRatioBefore", clips.Float32.Stats.OpenRatio);
    });

    /// <summary>Both models on the same clips.</summary>
    sealed class Comparison(SuRnnModel float32, SuRnnModel int8)
    {
        readonly ClipClassifier _float32 = new(float32), _int8 = new(int8);

        public ClipReport Float32 { get; } = new(float32.Config.Labels);
        public ClipReport Int8 { get; } = new(int8.Config.Labels);
        public int Changed { get; private set; }
        public double LargestDifference { get; private set; }

        public void Add(string label, float[] samples)
        {
            var (was, now) = (_float32.Classify(samples), _int8.Classify(samples));
            Float32.Add(label, was);
            Int8.Add(label, now);
            if (was.Label != now.Label) Changed++;
            LargestDifference = Math.Max(LargestDifference, Math.Abs(was.Score - now.Score));
        }
    }
}

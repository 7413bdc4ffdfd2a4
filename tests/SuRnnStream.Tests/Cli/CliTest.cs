using System.Text.Json;
using SuRnnStream.Cli;
using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Tests.Cli;

/// <summary>Runs the program in this process, in a folder with the tone model. In one collection: it has statics.</summary>
[Collection("surnn")]
public abstract class CliTest : IDisposable
{
    private protected readonly TemporaryFolder Folder = new();
    private protected readonly SuRnnModel Model = ToneModel.Build();

    protected CliTest() => ModelFile.Save(ModelPath, Model);

    protected string ModelPath => Folder.File("tones.surnn");

    public void Dispose()
    {
        Folder.Dispose();
        GC.SuppressFinalize(this);
    }

    protected string Wav(string name, float[] samples, int rate = ToneModel.Rate)
    {
        var path = Folder.File(name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        WavWriter.Write(path, samples, rate);
        return path;
    }

    /// <summary>What a 16-bit file makes of the samples.</summary>
    private protected static float[] AsPcm(float[] samples) => [.. samples.Select(sample => MathF.Round(sample * 32_768) / 32_768)];

    private protected static async Task<CliRun> Run(params string[] args) => await RunWith(Stream.Null, args);

    private protected static async Task<CliRun> RunWith(Stream input, params string[] args)
    {
        var (output, errors) = (new StringWriter(), new StringWriter());
        var exitCode = await Surnn.RunAsync(args, new Terminal(output, errors, () => input), TestContext.Current.CancellationToken);
        return new CliRun(exitCode, output.ToString(), errors.ToString());
    }
}

sealed record CliRun(int ExitCode, string Out, string Error)
{
    public string[] Lines => Split(Out);
    public string[] Errors => Split(Error);
    public JsonElement[] Json => [.. Lines.Select(line => JsonElement.Parse(line))];

    static string[] Split(string text) => text.Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries);
}

/// <summary>Remembers what is written and tells when a line is.</summary>
sealed class SignallingWriter(ManualResetEventSlim written) : StringWriter
{
    public override void WriteLine(string? value)
    {
        base.WriteLine(value);
        written.Set();
    }
}

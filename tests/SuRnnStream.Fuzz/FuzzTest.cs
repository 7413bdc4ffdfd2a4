using System.Globalization;
using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Fuzz;

/// <summary>
/// Mutated inputs of the corpus through every reader, the same ones in every run. For hours: SURNN_FUZZ_MUTATIONS a target, SURNN_FUZZ_SEED (for-hours.sh).
/// </summary>
public sealed class FuzzTest : IClassFixture<FuzzTest.InputFolder>
{
    public sealed class InputFolder : IDisposable
    {
        public void Dispose() => FuzzTargets.Clean();
    }

    static readonly string Corpus = Repository.File("tests", "SuRnnStream.Fuzz", "Corpus");

    public static TheoryData<string> Targets => [.. FuzzTargets.All.Select(target => target.Name)];

    [Theory, MemberData(nameof(Targets))]
    public void Reader_OfMutatedInputs_ThrowsOnlyWhatIsPromised(string name)
    {
        var target = FuzzTargets.All.Single(one => one.Name == name);
        var seeds = Seeds(target);
        Assert.NotEmpty(seeds);
        var findings = new Dictionary<string, string>();
        foreach (var seed in seeds) Try(target, seed, "as it is in the corpus", findings);
        var (first, mutations) = (Setting("SURNN_FUZZ_SEED", 29), Setting("SURNN_FUZZ_MUTATIONS", target.Mutations));
        var mutator = new Mutator(seeds, target.Words, first);
        for (var i = 0; i < mutations && findings.Count < 10; i++) Try(target, mutator.Next(), $"mutation {i} of seed {first}", findings);
        Assert.True(findings.Count == 0, string.Join("\n\n", findings.Values));
    }

    /// <summary>A reader that takes nothing would pass everything.</summary>
    [Theory, MemberData(nameof(Targets))]
    public void Corpus_HasAnInputThatIsRead_OfEveryTarget(string name)
    {
        var target = FuzzTargets.All.Single(one => one.Name == name);
        Assert.Contains(Seeds(target), seed => Outcome(target, seed) is null);
    }

    static List<byte[]> Seeds(FuzzTarget target)
    {
        var folder = Path.Combine(Corpus, target.Name);
        return [.. target.Made, .. Directory.Exists(folder) ? Directory.GetFiles(folder).Order(StringComparer.Ordinal).Select(File.ReadAllBytes) : []];
    }

    static void Try(FuzzTarget target, byte[] input, string which, Dictionary<string, string> findings)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var error = Outcome(target, input);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        var finding = error is not null && !target.Promised.Contains(error.GetType()) ? error.ToString() : allocated > target.MostBytes ? $"{allocated:N0} bytes were allocated" : null;
        if (finding is null) return;
        var kind = error is null ? "memory" : $"{error.GetType()} {error.StackTrace?.Split('\n')[0]}"; // one of a kind is enough
        findings.TryAdd(kind, $"{target.Name}, {which}: {finding}\nThe input, in base64, for Corpus/{target.Name}:\n{Convert.ToBase64String(input)}");
    }

    static Exception? Outcome(FuzzTarget target, byte[] input)
    {
        try
        {
            target.Read(input);
            return null;
        }
        catch (Exception error)
        {
            return error;
        }
    }

    static int Setting(string name, int otherwise) => int.TryParse(Environment.GetEnvironmentVariable(name), NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : otherwise;
}

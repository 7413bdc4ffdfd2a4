using System.Reflection;
using PublicApiGenerator;
using Xunit;

namespace SuRnnStream.Tests.Support;

/// <summary>What a package promises, held against the text in tests/approved that was approved.</summary>
static class PublicSurface
{
    static readonly ApiGeneratorOptions Options = new()
    {
        IncludeAssemblyAttributes = false,
        DenyNamespacePrefixes = ["System", "Microsoft", "OrleansCodeGen"], // the last is made by a generator
        AllowNamespacePrefixes = ["Microsoft.Extensions.DependencyInjection"], // Add...() of ours
    };

    /// <summary>Fails with the lines that came and went. SURNN_APPROVE=1 writes the text instead: look at its diff before you commit it.</summary>
    public static void AssertApproved(Assembly assembly, string package)
    {
        var file = Repository.File("tests", "approved", package + ".txt");
        var now = assembly.GeneratePublicApi(Options).ReplaceLineEndings("\n").TrimEnd() + "\n";
        if (Environment.GetEnvironmentVariable("SURNN_APPROVE") == "1") File.WriteAllText(file, now);
        var approved = File.Exists(file) ? File.ReadAllText(file).ReplaceLineEndings("\n") : "";
        if (now == approved) return;
        string[] old = approved.Split('\n'), fresh = now.Split('\n');
        Assert.Fail($"The public surface of {package} is not what {file} approves. If it shall change, run the test with SURNN_APPROVE=1 and commit the file.\n"
            + string.Join('\n', old.Except(fresh).Select(line => "- " + line.Trim()).Concat(fresh.Except(old).Select(line => "+ " + line.Trim()))));
    }
}

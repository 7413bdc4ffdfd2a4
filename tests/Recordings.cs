using Xunit;

namespace SuRnnStream;

/// <summary>The recordings of ../shared/data, as its unpack.sh unpacks them (see .ci/run). A test that needs one is skipped, with the reason, where it is not there.</summary>
static class Recordings
{
    /// <summary>The folder of a data set.</summary>
    /// <param name="set">Its name, such as <c>speech-commands</c>, then folders below it.</param>
    public static string Folder(params ReadOnlySpan<string> set)
    {
        var root = Environment.GetEnvironmentVariable("SURNN_DATA");
        Assert.SkipWhen(string.IsNullOrWhiteSpace(root), "SURNN_DATA names no folder with recordings: unpack ../shared/data there (see .ci/run).");
        var folder = Path.Combine([root, .. set]);
        Assert.SkipUnless(Directory.Exists(folder), $"There is no {folder}: unpack ../shared/data into the folder that SURNN_DATA names (see .ci/run).");
        return folder;
    }
}

namespace SuRnnStream.Tests.Support;

/// <summary>Files that are tested as they are shipped.</summary>
static class Repository
{
    static readonly string Root = Find();

    public static string File(params string[] path) => Path.Combine([Root, .. path]);

    static string Find()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!System.IO.File.Exists(Path.Combine(folder.FullName, "SuRnnStream.sln"))) folder = folder.Parent ?? throw new DirectoryNotFoundException("No SuRnnStream.sln above the tests.");
        return folder.FullName;
    }
}

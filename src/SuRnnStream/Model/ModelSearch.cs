namespace SuRnnStream;

/// <summary>Finds a model's file by its name or path. A name has no ending, a path ends in .surnn.</summary>
static class ModelSearch
{
    const string Ending = ".surnn";
    const string Folder = "models";

    /// <summary>The first of <see cref="Places"/> that is a file.</summary>
    /// <param name="model">Name or path.</param>
    /// <param name="folder">Where relative paths begin.</param>
    /// <param name="program">The program's folder.</param>
    /// <exception cref="FileNotFoundException">There is none; the message says where it was looked for.</exception>
    public static string Find(string model, string folder, string program)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(model);
        var places = Places(model.Replace('\0', '?'), folder, program); // no file has such a name, and .NET throws
        if (places.Find(File.Exists) is { } found) return found;
        string[] there = [.. Models(Path.Combine(program, Folder)).Concat(Models(Path.Combine(folder, Folder))).Distinct().Order()];
        throw new FileNotFoundException(
            $"there is no file {string.Join(", nor ", places)}. {(there.Length > 0 ? $"By name there are {string.Join(", ", there)}. " : "")}"
            + "The package SuRnnStream.Models brings the shipped models: <SuRnnModels>wake-words</SuRnnModels> in the app's project copies one beside the app, and <SuRnnModels>my/word.surnn</SuRnnModels> a file of your own.",
            places[0]);
    }

    /// <summary>Full paths, the first to be looked for first.</summary>
    static List<string> Places(string model, string folder, string program)
    {
        var byPath = new[] { Path.GetFullPath(model, folder), Path.GetFullPath(model, program) };
        var bare = model.AsSpan().IndexOfAny('/', '\\') < 0;
        if (!bare) return [.. byPath.Distinct()];
        var named = model.EndsWith(Ending, StringComparison.OrdinalIgnoreCase);
        var file = named ? model : model + Ending;
        var byName = new[] { Path.GetFullPath(Path.Combine(Folder, file), program), Path.GetFullPath(Path.Combine(Folder, file), folder) };
        return [.. (named ? byPath.Concat(byName) : byName.Concat(byPath)).Distinct()];
    }

    static IEnumerable<string> Models(string folder) =>
        Directory.Exists(folder) ? Directory.GetFiles(folder, "*" + Ending).Select(Path.GetFileNameWithoutExtension).OfType<string>() : [];
}

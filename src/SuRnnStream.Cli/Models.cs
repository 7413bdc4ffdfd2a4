namespace SuRnnStream.Cli;

/// <summary>Finds the model that a command works with.</summary>
static class Models
{
    const string Default = "commands.surnn";

    /// <summary>Loads the named model, or the one that comes with the program.</summary>
    /// <exception cref="InputException">There is no such file, or none was named and none is where they usually are.</exception>
    /// <exception cref="IOException">The file is no model.</exception>
    public static SuRnnModel Load(string? path) => ModelFile.Load(PathOf(path));

    /// <summary>The named model file, or the one that comes with the program.</summary>
    /// <exception cref="InputException">There is no such file, or none was named and none is where they usually are.</exception>
    public static string PathOf(string? path) => path is null ? Find(AppContext.BaseDirectory, Directory.GetCurrentDirectory()) : Named(path);

    /// <summary>The file of a model that is named by path, or by the name of one that comes with the program: <c>heartbeat</c>.</summary>
    /// <exception cref="InputException">There is no such file, or it is a folder.</exception>
    public static string Named(string model)
    {
        if (File.Exists(model)) return model;
        if (Directory.Exists(model)) throw new InputException($"{model}: this is a folder; name a file in it");
        if (model.AsSpan().IndexOfAny('/', '\\') >= 0 || model.EndsWith(".surnn", StringComparison.OrdinalIgnoreCase)) throw new InputException($"{model}: there is no such file");
        return Find(AppContext.BaseDirectory, Directory.GetCurrentDirectory(), model + ".surnn");
    }

    static string RequireFile(string path) =>
        File.Exists(path) ? path : throw new InputException(Directory.Exists(path) ? $"{path}: this is a folder; name a file in it" : $"{path}: there is no such file");

    /// <summary>One threshold for every label instead of the model's own, if there is one.</summary>
    /// <exception cref="UsageException">It is not in (0, 1).</exception>
    public static DetectorOptions WithThreshold(this DetectorOptions options, float? threshold) =>
        threshold is not { } level ? options
        : level is > 0 and < 1 ? options with { Threshold = level, Thresholds = new Dictionary<string, float>() }
        : throw new UsageException(Words.Text($"--threshold is {level}, but must be in (0, 1)"));

    /// <summary>The model's own settings, or, without its second look, those of its first stage alone.</summary>
    /// <exception cref="UsageException">Another second look was named, too.</exception>
    public static DetectorOptions Settings(this SuRnnModel model, bool noVerify, string? verifier) =>
        !noVerify ? model.Defaults : verifier is null ? model.FirstStage with { Verify = false } : throw new UsageException("--no-verify and --verifier exclude each other: the one leaves out the second look, the other brings one");

    /// <summary>The settings that go with a rule instead of the model's own, if there is one.</summary>
    public static DetectorOptions WithRule(this DetectorOptions options, GateRule? rule) => rule is { } other ? options.With(other) : options;

    /// <summary>With a second look, whose threshold the named one then is; without, as <see cref="WithThreshold"/>.</summary>
    /// <exception cref="UsageException">This program cannot run one.</exception>
    /// <exception cref="InputException">The file is missing, is none, or needs a second look of the model's own, which this one has not.</exception>
    /// <exception cref="IOException">The embedding is missing.</exception>
    public static DetectorOptions With(this DetectorOptions options, SuRnnModel model, Terminal terminal, string? verifier, float? threshold)
    {
        if (verifier is null) return options.WithThreshold(threshold);
        if (terminal.OpenVerifier is not { } open) throw new UsageException($"--verifier {verifier}: this program has no ONNX Runtime; run surnn-onnx, from src/SuRnnStream.Cli.Onnx");
        try
        {
            var look = open(RequireFile(verifier));
            RequireOwnLook(model, look.Rule, verifier);
            return options with { Verifier = threshold is { } own ? look.WithThreshold(own) : look };
        }
        catch (InvalidDataException wrong)
        {
            throw new InputException(wrong.Message);
        }
    }

    static void RequireOwnLook(SuRnnModel model, VerifierRule rule, string file)
    {
        try
        {
            model.Config.RequireOwnLook(rule, file);
        }
        catch (ArgumentException wrong)
        {
            throw new InputException(wrong.Message);
        }
    }

    internal static string Find(string program, string here, string name = Default)
    {
        List<string> places = [Path.Combine(program, "models"), Path.Combine(here, "models")];
        for (var folder = Directory.GetParent(Path.TrimEndingDirectorySeparator(program)); folder is not null; folder = folder.Parent)
            places.Add(Path.Combine(folder.FullName, "models"));
        if (places.Select(place => Path.Combine(place, name)).FirstOrDefault(File.Exists) is { } found) return found;
        string[] there = [.. places.Where(Directory.Exists).SelectMany(place => Directory.GetFiles(place, "*.surnn")).Select(Path.GetFileNameWithoutExtension).OfType<string>().Distinct().Order()];
        throw new InputException($"there is no {name} in {string.Join(", ", places.Distinct())}; name a model with --model{(there.Length > 0 ? $": {string.Join(", ", there)}, or a path" : "")}");
    }
}

namespace SuRnnStream.Research.LongRange;

/// <summary>The long-range tasks by name.</summary>
static class SequenceTasks
{
    public static IReadOnlyList<string> Names { get; } = ["adding", "selective-copy", "mackey-glass", "smnist", "pmnist", "listops", "pathfinder", "text", "imdb", "image", "scifar", "pcifar", "rcifar"];

    /// <param name="name">One of the names.</param>
    /// <param name="setting">How long it is made.</param>
    /// <param name="dataFolder">Where the files of smnist, pmnist, text, imdb or CIFAR-10 lie; the other tasks make their own data.</param>
    /// <exception cref="ArgumentException">No such task, no such length, or no folder named.</exception>
    /// <exception cref="IOException">The folder, or a file in it, is missing.</exception>
    /// <exception cref="InvalidDataException">A file is damaged.</exception>
    public static SequenceTask Create(string name, LongRangeSetting setting, string? dataFolder)
    {
        var task = Whole(name, setting, dataFolder);
        task.Window = setting.Window;
        return task;
    }

    static SequenceTask Whole(string name, LongRangeSetting setting, string? dataFolder)
    {
        CifarTask Cifar(CifarOrder order) => CifarTask.Load(Named(name, dataFolder, CifarTask.Files, CifarTask.Source), order, Length(setting, 1_024, 256, 1));
        return name switch
        {
            "adding" => new AddingTask { Length = Length(setting, 5_000, 1_000, AddingTask.Shortest) },
            "selective-copy" => SelectiveCopy(setting),
            "mackey-glass" => new MackeyGlassTask { Length = Length(setting, 5_000, 1_000, MackeyGlassTask.WarmUp + 1) },
            "smnist" or "pmnist" => MnistTask.Load(Folder(name, dataFolder, MnistTask.Files, MnistTask.Source), name == "pmnist", Length(setting, 784, 196, 1)),
            "listops" => new ListOpsTask(setting.Full ? 96_000 : 20_000) { Length = Length(setting, ListOpsTask.FullLength, 200, ListOpsTask.Shortest) },
            "pathfinder" => Pathfinder(setting.Length ?? (setting.Full ? 1_024 : 256)),
            "text" => TextTask.Load(Folder(name, dataFolder, TextTask.Files, TextTask.Source), Length(setting, 1_024, 256, 2), setting.Full ? int.MaxValue : TextTask.ShortTest),
            "imdb" => ImdbTask.Load(Named(name, dataFolder, ImdbTask.Files, ImdbTask.Source), Length(setting, ImdbTask.FullLength, 1_024, 2)),
            "image" => Cifar(CifarOrder.Grey),
            "scifar" => Cifar(CifarOrder.Sequential),
            "pcifar" => Cifar(CifarOrder.Permuted),
            "rcifar" => CifarTask.Load(Named(name, dataFolder, CifarTask.Files, CifarTask.Source), CifarOrder.Rows, Length(setting, CifarTask.Side, CifarTask.Side, 1)),
            _ => throw new ArgumentException($"There is no task '{name}': choose {string.Join(", ", Names.SkipLast(1))} or {Names[^1]}."),
        };
    }

    static SelectiveCopyTask SelectiveCopy(LongRangeSetting setting)
    {
        var copied = setting.Copied ?? (setting.Full ? 16 : 8);
        if (copied is < 1 or > 256) throw new ArgumentException($"Selective copying has 1 to 256 tokens to copy, not {copied}.");
        return new SelectiveCopyTask(copied) { Length = Length(setting, SelectiveCopyTask.FullLength, 256, 2 * copied) };
    }

    static int Length(LongRangeSetting setting, int full, int brief, int atLeast)
    {
        var length = setting.Length ?? (setting.Full ? full : brief);
        return length >= atLeast ? length : throw new ArgumentException($"Length {length} is too short for this task: at least {atLeast}.");
    }

    static PathfinderTask Pathfinder(int length) => length switch
    {
        1_024 => new PathfinderTask(PathfinderOptions.Full) { Length = length },
        256 => new PathfinderTask(PathfinderOptions.Short) { Length = length },
        _ => throw new ArgumentException($"Pathfinder has pictures of 1024 steps (32 x 32) or 256 (16 x 16), not {length}."),
    };

    static string Named(string task, string? folder, IReadOnlyList<string> files, string source) =>
        folder ?? throw new ArgumentException($"Task {task} reads {string.Join(" or ", files)}: name the folder they lie in; they are {source}.");

    static string Folder(string task, string? folder, IReadOnlyList<string> files, string source)
    {
        if (folder is null) throw new ArgumentException($"Task {task} reads {string.Join(", ", files)}: name the folder they lie in; they are {source}.");
        if (!Directory.Exists(folder)) throw new DirectoryNotFoundException($"There is no folder {folder}; task {task} reads {string.Join(", ", files)} there, {source}.");
        return files.FirstOrDefault(file => !File.Exists(Path.Combine(folder, file))) is { } missing
            ? throw new FileNotFoundException($"There is no {Path.Combine(folder, missing)}; fetch it {source}.") : folder;
    }
}

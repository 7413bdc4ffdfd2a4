using System.Runtime.InteropServices;

namespace SuRnnStream.Training.SecondLook;

/// <summary>Windows of frames around real candidates of a first stage, in half precision, with what each is.</summary>
sealed class CandidateBank
{
    const int Layout = 1;                               // of the file
    static ReadOnlySpan<byte> Magic => "SURNNBNK"u8;    // begins it

    readonly List<(Half[] Frames, int Label, Kind Kind, Half[] Target)> _windows = [];
    readonly Dictionary<(Kind, int), int[]> _groups = [];
    readonly Dictionary<Kind, int[]> _hardest = [];

    /// <summary>What a window shows. A beginning is an other word that begins like a command.</summary>
    public enum Kind { Command, OtherWord, Speech, Noise, Beginning }

    public int Count => _windows.Count;

    public int CountOf(Kind kind) => _windows.Count(window => window.Kind == kind);

    public Kind KindOf(int window) => _windows[window].Kind;

    public int LabelOf(int window) => _windows[window].Label;

    /// <summary>The teacher's numbers for it; empty: it has none.</summary>
    public ReadOnlySpan<Half> TargetOf(int window) => _windows[window].Target;

    /// <param name="frames">Of the window.</param>
    /// <param name="label">What it shows.</param>
    /// <param name="kind">Of sound.</param>
    /// <param name="target">The teacher's numbers for it; null: none.</param>
    public void Add(float[] frames, int label, Kind kind, float[]? target = null) => _windows.Add(([.. frames.Select(x => (Half)x)], label, kind, [.. (target ?? []).Select(x => (Half)x)]));

    /// <summary>Adds the windows of another bank, as another kind if one is given.</summary>
    public void Add(CandidateBank other, Kind? kind = null) => _windows.AddRange(other._windows.Select(window => window with { Kind = kind ?? window.Kind }));

    public void Read(int window, Span<float> into)
    {
        var frames = _windows[window].Frames;
        for (var i = 0; i < frames.Length; i++) into[i] = (float)frames[i];
    }

    public void Save(string path)
    {
        using (var to = new BinaryWriter(File.Create(path + ".part")))
        {
            to.Write(Magic);
            to.Write(Layout);
            to.Write(_windows.Count);
            foreach (var (frames, label, kind, target) in _windows)
            {
                to.Write(label);
                to.Write((int)kind);
                to.Write(frames.Length);
                to.Write(MemoryMarshal.AsBytes(frames.AsSpan()));
                to.Write(target.Length);
                to.Write(MemoryMarshal.AsBytes(target.AsSpan()));
            }
        }
        File.Move(path + ".part", path, overwrite: true); // a cut-off run leaves no half file
    }

    /// <exception cref="InvalidDataException">The file is none, or has another layout; the message says what to do.</exception>
    public static CandidateBank Load(string path)
    {
        using var from = new BinaryReader(File.OpenRead(path));
        var bank = new CandidateBank();
        if (!from.ReadBytes(Magic.Length).AsSpan().SequenceEqual(Magic)) throw Unusable("has no version, as files of earlier programs, or is no bank of candidates");
        if (from.ReadInt32() is not Layout and var layout) throw Unusable($"has layout {layout}, and this program reads {Layout}");
        for (var n = from.ReadInt32(); n > 0; n--)
        {
            var (label, kind, frames) = (from.ReadInt32(), (Kind)from.ReadInt32(), new Half[from.ReadInt32()]);
            from.BaseStream.ReadExactly(MemoryMarshal.AsBytes(frames.AsSpan()));
            var target = new Half[from.ReadInt32()];
            from.BaseStream.ReadExactly(MemoryMarshal.AsBytes(target.AsSpan()));
            bank._windows.Add((frames, label, kind, target));
        }
        return bank;

        InvalidDataException Unusable(string why) => new($"{path} {why}: delete what --banks has written, or name another place, and it is made again.");
    }

    /// <summary>A window of a kind; of commands each label is as likely. -1: there is none.</summary>
    public int Draw(Kind kind, Random random)
    {
        if (_groups.Count == 0)
            foreach (var group in _windows.Index().GroupBy(one => (one.Item.Kind, one.Item.Kind == Kind.Command ? one.Item.Label : 0))) _groups.Add(group.Key, [.. group.Select(one => one.Index)]);
        var groups = _groups.Where(group => group.Key.Item1 == kind).ToArray();
        if (groups.Length == 0) return -1;
        var windows = groups[random.Next(groups.Length)].Value;
        return windows[random.Next(windows.Length)];
    }

    /// <summary>Takes the windows of each kind that score highest as its hard ones.</summary>
    /// <param name="scored">Windows and their scores.</param>
    /// <param name="part">Of a kind's windows.</param>
    public void TakeHardest(IEnumerable<(int Window, float Score)> scored, double part)
    {
        _hardest.Clear();
        foreach (var kind in scored.GroupBy(one => KindOf(one.Window)))
        {
            var order = kind.OrderByDescending(one => one.Score).ToArray();
            _hardest[kind.Key] = [.. order.Take(Math.Max(1, (int)(part * order.Length))).Select(one => one.Window)];
        }
    }

    /// <summary>One of a kind's hard windows; -1: it has none.</summary>
    public int DrawHard(Kind kind, Random random) => _hardest.TryGetValue(kind, out var windows) ? windows[random.Next(windows.Length)] : -1;
}

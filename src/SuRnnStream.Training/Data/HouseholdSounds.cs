using System.Globalization;

namespace SuRnnStream.Training.Data;

/// <summary>Which part of the household sounds a recording belongs to. All cuts of one recording belong to the same.</summary>
enum SoundPurpose { Training, Choosing, Reporting, None }

/// <summary>
/// Sorts the recordings of `noise-more` (see the project's data) by what they hold, by their source and by their licence. A model is trained only on
/// what fits a freely licensed one: CC0, CC BY and public domain. Share-alike recordings (DEMAND, the ODbL cries) are judged by, never trained on.
/// </summary>
sealed class HouseholdSounds
{
    /// <summary>The sounds that are detected, by the folder's name there; all others are negatives.</summary>
    public static readonly IReadOnlyDictionary<string, string> Labels = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["baby_cry"] = "baby_cry",
        ["clock_tick"] = "clock_tick",
        ["dog_bark"] = "dog_bark",
        ["person_sneeze"] = "sneeze",
        ["vacuumcleaner"] = "vacuum_cleaner",
        ["vacuuming"] = "vacuum_cleaner",
    };

    /// <summary>Recordings of DEMAND (CC BY-SA 3.0) among those of MS-SNSD; its others are CC0.</summary>
    static readonly HashSet<string> Demand =
        ["bus", "cafe", "cafeteria", "car", "field", "hallway", "kitchen", "livingroom", "metro", "office", "park", "restaurant", "square", "station", "traffic", "washing"];

    /// <summary>Sounds that go on as a room's background does: under other sounds in training, not beside them.</summary>
    static readonly HashSet<string> Lasting = ["aircon", "airconditioner", "city", "copymachine", "dishwasher", "helicopter", "rain", "room", "sea_waves", "street", "washerdryer"];

    static readonly HashSet<string> WithSpeech = ["babble", "neighborspeaking", "airportannouncements", "airportannouncement"];

    /// <summary>One recording, or a cut of one.</summary>
    /// <param name="File">Path under the set's folder.</param>
    /// <param name="Label">A label of <see cref="Labels"/>, `smoke_alarm`, or the kind of a negative.</param>
    /// <param name="Source">The recording that it was cut from.</param>
    /// <param name="Licence">As its manifest names it.</param>
    /// <param name="IsPositive">True: the label is detected.</param>
    /// <param name="Purpose">What it may be used for.</param>
    public sealed record Sound(string File, string Label, string Source, string Licence, bool IsPositive, SoundPurpose Purpose)
    {
        /// <summary>True: a background.</summary>
        public bool IsBackground => Lasting.Contains(Label);
    }

    /// <summary>Reads the set's manifest.</summary>
    /// <exception cref="InvalidDataException">The manifest lacks a column.</exception>
    /// <exception cref="IOException">There is no manifest.</exception>
    public static IReadOnlyList<Sound> Read(string folder)
    {
        var manifest = Path.Combine(folder, "manifest.tsv");
        var lines = File.ReadAllLines(manifest);
        var columns = lines[0].Split('\t');
        int Column(string name) => Array.IndexOf(columns, name) is >= 0 and var at ? at : throw new InvalidDataException($"{manifest} has no column '{name}': make it by more-speech.py.");
        var (file, label, licence) = (Column("file"), Column("label"), Column("licence"));
        return [.. lines.Skip(1).Select(line => line.Split('\t')).Select(cells => Sort(cells[file], cells[label], cells[licence]))];
    }

    internal static Sound Sort(string file, string kind, string licence)
    {
        var (source, name) = (SourceOf(file), Path.GetFileName(file));
        var positive = Labels.TryGetValue(kind, out var label);
        return new Sound(file, label ?? kind, source, licence, positive, PurposeOf(name, kind, licence, source, positive));
    }

    /// <summary>The recording: of ESC-10 the number at Freesound, of MS-SNSD the file before it was cut, of the cries the telephone.</summary>
    internal static string SourceOf(string file)
    {
        var name = Path.GetFileNameWithoutExtension(file);
        if (name.StartsWith("esc10_", StringComparison.Ordinal)) return "freesound-" + name.Split('-')[1];
        if (name.StartsWith("snsd_", StringComparison.Ordinal)) name = name[..name.IndexOf(".wav", StringComparison.OrdinalIgnoreCase)];
        if (name.StartsWith("cry_", StringComparison.Ordinal)) name = name[..Math.Min(name.Length, 40)];
        return name.Replace('_', '-'); // a file's name up to the first _ is then its recording
    }

    static SoundPurpose PurposeOf(string name, string kind, string licence, string source, bool positive)
    {
        if (licence.StartsWith("ODbL", StringComparison.Ordinal)) return SoundPurpose.Reporting;
        // The folds of ESC are by recording: its authors' number is the name's first.
        if (name.StartsWith("esc10_", StringComparison.Ordinal)) return name[6] < '4' ? SoundPurpose.Training : SoundPurpose.Reporting;
        var part = Fraction(source);
        if (Demand.Contains(kind)) return part < 0.4 ? SoundPurpose.Choosing : SoundPurpose.Reporting;
        if (WithSpeech.Contains(kind)) return part < 0.5 ? SoundPurpose.Training : part < 0.7 ? SoundPurpose.Choosing : SoundPurpose.Reporting;
        return positive ? part < 0.6 ? SoundPurpose.Training : SoundPurpose.Reporting
            : part < 0.5 ? SoundPurpose.Training : part < 0.7 ? SoundPurpose.Choosing : SoundPurpose.Reporting;
    }

    /// <summary>A number in [0, 1) of a name, the same everywhere.</summary>
    static double Fraction(string name) =>
        int.Parse(Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(name)))[..6], NumberStyles.HexNumber, CultureInfo.InvariantCulture) / (double)0x1000000;
}

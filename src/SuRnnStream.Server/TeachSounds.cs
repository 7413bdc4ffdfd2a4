using SuRnnStream.Evaluation.Enrolment;

namespace SuRnnStream.Server;

/// <summary>What a session has sent for its next enrolment, bounded in number and length: at most 35 MB.</summary>
sealed class TeachSounds
{
    public const int LeastTakes = 3, MostTakes = 50;
    public const double TakeSeconds = 6, TalkSeconds = 150, RoomSeconds = 90;

    public List<Take> Takes { get; } = [];

    public List<Take> Talk { get; } = [];

    public List<Take> Room { get; } = [];

    /// <summary>What is wrong with the levels of talk and room, a sentence each.</summary>
    public List<string> Advice { get; } = [];

    /// <summary>The longest that a sound of a kind may be, in seconds.</summary>
    public static double MostSeconds(string kind) => kind switch { "talk" => TalkSeconds, "room" => RoomSeconds, _ => TakeSeconds };

    /// <summary>Keeps a sound for the enrolment.</summary>
    /// <returns>Why it cannot be kept, for people; null: it is.</returns>
    public string? Add(string kind, Take sound, int rate)
    {
        var (list, most) = kind switch { "talk" => (Talk, 1), "room" => (Room, 1), _ => (Takes, MostTakes) };
        if (list.Count == most) return kind == "take" ? $"{MostTakes} takes are enough: remove some." : $"There is one recording of the {kind} already.";
        list.Add(sound);
        if (kind == "take") return null;
        var check = new LevelCheck(rate);
        check.Take(sound.Samples.Span);
        Advice.AddRange(check.Advise().Where(advice => kind == "talk" || advice.Fault != LevelFault.TooQuiet).Select(advice => $"Your {kind}: {advice.Sentence}")); // a room is quiet
        return null;
    }
}

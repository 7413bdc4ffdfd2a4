using System.Text.Json.Serialization;
using SuRnnStream.Evaluation.Enrolment;

namespace SuRnnStream.Server;

/// <summary>The answer to a hello at <c>/teach</c>: what may be sent.</summary>
sealed record TeachWelcome(string Type, int Version, int MaxMessageBytes, int LeastTakes, int MostTakes, double TakeSeconds, double TalkSeconds, double RoomSeconds, double IdleSeconds);

/// <summary>A take that was cut out of the sound, or a sound that was to be judged; times in seconds of the recording.</summary>
/// <param name="Type">"take".</param>
/// <param name="Name">Of the sound.</param>
/// <param name="Good">It has no fault.</param>
/// <param name="Usable">It can be enrolled from all the same.</param>
/// <param name="Sentence">What was measured, and what to do.</param>
/// <param name="Start">Where the take begins.</param>
/// <param name="End">Where it ends.</param>
/// <param name="WordStart">Where the word begins.</param>
/// <param name="WordEnd">Where it ends.</param>
sealed record TakeMessage(string Type, string Name, bool Good, bool Usable, string Sentence, double Start, double End, double WordStart, double WordEnd)
{
    public static TakeMessage Of(string name, TakeVerdict verdict, double start, double seconds) =>
        new("take", name, verdict.IsGood, verdict.IsUsable, verdict.Sentence, start, start + seconds, start + verdict.Start.TotalSeconds, start + verdict.End.TotalSeconds);
}

/// <summary>Somebody begins or ends to speak, while takes are recorded. For the eye alone.</summary>
sealed record SpeakingMessage(string Type, bool On);

/// <summary>What was asked for cannot be done, but the session goes on: one sentence for people.</summary>
sealed record RefusedMessage(string Type, string Text);

/// <summary>A word is enrolled.</summary>
/// <param name="Type">"enrolled".</param>
/// <param name="Word">The word.</param>
/// <param name="Takes">Takes that it was enrolled from.</param>
/// <param name="OwnNegatives">Candidates in own talk and room.</param>
/// <param name="Summary">What it is worth at the budget, in one line.</param>
/// <param name="Remarks">What whoever speaks should know, a sentence each.</param>
/// <param name="Settings">What it is worth at each threshold, the lowest first.</param>
/// <param name="Seconds">The enrolment took.</param>
sealed record EnrolledMessage(string Type, string Word, int Takes, int OwnNegatives, string Summary, IReadOnlyList<string> Remarks, IReadOnlyList<EnrolmentSetting> Settings, double Seconds);

/// <summary>The next binary message is the model's file.</summary>
sealed record ModelMessage(string Type, string Word, float Threshold, int Bytes);

[JsonSourceGenerationOptions(System.Text.Json.JsonSerializerDefaults.Web, GenerationMode = JsonSourceGenerationMode.Serialization)]
[JsonSerializable(typeof(TeachWelcome))]
[JsonSerializable(typeof(TakeMessage))]
[JsonSerializable(typeof(SpeakingMessage))]
[JsonSerializable(typeof(RefusedMessage))]
[JsonSerializable(typeof(EnrolledMessage))]
[JsonSerializable(typeof(ModelMessage))]
sealed partial class TeachJson : JsonSerializerContext;

namespace SuRnnStream;

/// <summary>Decides with other machines which device answers. A host asks it about every detection that its own rules have passed.</summary>
public interface IDetectionArbiter
{
    /// <summary>Asks, and does not wait. The answer comes on any thread, once for each detection.</summary>
    /// <param name="heard">Not the end of an event.</param>
    /// <param name="answer">Told whether the detection passes, or has lost and to which device.</param>
    void Ask(HeardDetection heard, Action<DetectionVerdict> answer);

    /// <summary>The host stops: what is not answered passes now.</summary>
    void DecideNow();
}

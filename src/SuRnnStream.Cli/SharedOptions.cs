using System.CommandLine;

namespace SuRnnStream.Cli;

/// <summary>Options that mean the same in several commands, and say the same in the help of each.</summary>
static class SharedOptions
{
    public static Option<string?> ModelOption(this Command command) =>
        command.Text("--model", "Model file. By default models/commands.surnn beside the program, here, or above the program.", "-m");

    public static Option<bool> NoVerifyOption(this Command command) =>
        command.Flag("--no-verify", "Of a model with a second look of its own: the first stage alone.");

    public static Option<ReportFormat> ReportFormatOption(this Command command) =>
        command.ChoiceOrFirst<ReportFormat>("--format", "table for people, or json: one object on one line.", "-f");

    public static Option<float?> ThresholdOption(this Command command) =>
        command.Number<float>("--threshold", "Score at which a label is detected, in (0, 1), instead of the model's own.", "-t");

    public static Option<GateRule?> RuleOption(this Command command) =>
        command.Choice<GateRule>("--rule", "scores, bursts or talk: what makes an event of the scores, with the settings that go with it, instead of the model's own.");

    public static Option<string?> VerifierOption(this Command command) =>
        command.Text("--verifier", "A .look file, or an .onnx head of openWakeWord: only what this second look confirms is detected; --threshold is then its own. Needs surnn-onnx.");

    public static Option<int?> RawChannelsOption(this Command command) =>
        command.Number<int>("--channels", "Channels of raw audio on standard input. By default 1.");

    public static Option<int?> ChannelOption(this Command command) =>
        command.Number<int>("--channel", "The channel to process, counted from 0. By default the mean of all.");

    public static Option<string?> SoundsOption(this Command command) =>
        command.Text("--sounds", "A folder for WAV files of the sound around each detection, which is somebody's voice; made if there is none. JSON names the file in \"sound\".");

    public static Option<double> SoundBeforeOption(this Command command) =>
        command.Number<double>("--sound-before", 0.5, "Seconds of it before the detection, 0 to 10.");

    public static Option<double> SoundAfterOption(this Command command) =>
        command.Number<double>("--sound-after", 3, "Seconds of it after the detection, 0 to 60.");

    public static Option<int> KeepSoundsOption(this Command command) =>
        command.Number<int>("--keep-sounds", 1000, "Files that the folder keeps: the oldest is deleted when there are more.");

    public static Option<string?> MapOption(this Command command) =>
        command.Text("--map", "What a source of sensors calls the model's channels, and their units where it says none: \"acc x=ax [g], acc y=ay [g]\".");

    public static Option<double?> DurationOption(this Command command) =>
        command.Number<double>("--duration", "Seconds after which to stop.", "-d");
}

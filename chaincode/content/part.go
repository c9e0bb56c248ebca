package content

// PartOf reads the containers of a part delivery from a checked content.
func PartOf(raw []byte) ([]string, error) {
	d, err := decode[struct {
		Containers []string `json:"containers"`
	}](raw)
	return d.Containers, err
}
